import type { Readable, Writable } from "node:stream";
import type { Order } from "./script.ts";

/** A program that runs as long as its input is open. */
export interface Channel {
  readonly input: Writable;
  /** What it says, on both of its outputs or on one. */
  readonly output: Readable;
  /** Resolves when it has ended or the connection is gone. */
  readonly closed: Promise<unknown>;
}

export interface Answer {
  readonly exitCode: number;
  readonly output: string;
}

/** One shell that stays open and does one order after another. */
export interface Shell {
  /** Programs that it found: see `LOOP`. */
  readonly has: ReadonlySet<string>;
  run(order: Order): Promise<Answer>;
  /** Resolves when it has ended, for whatever reason. */
  readonly closed: Promise<void>;
  close(): void;
}

/** The shell has ended: its container has, or there is none in it. */
export class ShellEnded extends Error {}

/**
 * Reads an id and a line, does what the line says, and answers `@@id code`. `take N` passes on exactly N bytes of the
 * input: `head` of some images reads ahead, and `dd` of some knows no fullblock, so both are tried first.
 */
export const LOOP = [
  "umask 022",
  "nl='\n'",
  'if [ "$(printf abcdef | { head -c 3 >/dev/null; cat; } 2>/dev/null)" = def ]; then take() { head -c "$1"; }; h=take',
  'elif [ "$(printf abcdef | { dd bs=3 count=1 iflag=fullblock >/dev/null 2>&1; cat; } 2>/dev/null)" = def ]; then h=take; take() {',
  "q=$(($1 / 65536)); r=$(($1 % 65536))",
  'if [ "$q" != 0 ]; then dd bs=65536 count="$q" iflag=fullblock 2>/dev/null; fi',
  'if [ "$r" != 0 ]; then dd bs="$r" count=1 iflag=fullblock 2>/dev/null; fi; }',
  "else h=; fi",
  'for p in tar mv rm mkdir chmod sha256sum stat; do command -v "$p" >/dev/null 2>&1 && h="$h $p"; done',
  'echo "@@has $h"',
  'while IFS= read -r id && IFS= read -r line; do eval "$line" 2>&1; printf "\\n@@%s %s\\n" "$id" "$?"; done',
].join("\n");

/** Resolves when the loop has said what it has. Rejects with `ShellEnded` when there is no shell. */
export async function openShell(channel: Channel): Promise<Shell> {
  const closed = channel.closed.then(
    () => undefined,
    () => undefined,
  );
  const said = listen(channel, closed);
  const { found } = await said.until(/^@@has ?(.*)\n/m);
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  return {
    has: new Set((found[1] ?? "").trim().split(" ").filter(Boolean)),
    run(order) {
      const turn = last.then(() => exchange(order));
      last = turn.catch(() => undefined);
      return turn;
    },
    closed,
    close() {
      channel.input.end();
      channel.input.destroy();
    },
  };

  async function exchange({ line, input }: Order): Promise<Answer> {
    const id = `${(count += 1)}`;
    channel.input.write(Buffer.concat([Buffer.from(`${id}\n${line}\n`), ...input]));
    const { found: answer, before } = await said.until(new RegExp(`\\n@@${id} (\\d+)\\n`));
    return { exitCode: Number(answer[1] ?? "1"), output: before };
  }
}

interface Said {
  /** Takes what was said up to the end of a pattern. Rejects with `ShellEnded` when that will not be said any more. */
  until(pattern: RegExp): Promise<{ readonly before: string; readonly found: RegExpExecArray }>;
}

function listen({ output }: Channel, closed: Promise<void>): Said {
  let text = "";
  let isEnded = false;
  let wake: () => void = () => undefined;
  output.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    wake();
  });
  void closed.then(() => {
    isEnded = true;
    wake();
  });
  return {
    async until(pattern) {
      for (;;) {
        const found = pattern.exec(text);
        if (found) {
          const before = text.slice(0, found.index);
          text = text.slice(found.index + found[0].length);
          return { before, found };
        }
        if (isEnded) throw new ShellEnded(text.trim().split("\n").at(-1) ?? "");
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
