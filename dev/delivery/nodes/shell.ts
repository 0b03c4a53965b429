import { randomBytes } from "node:crypto";
import type { OpenProgram } from "../../../tools/lib/exec.ts";
import type { Archive } from "../images/archive.ts";

/** One kept-open program in a node, which runs commands one after the other. */
export interface NodeShell {
  /** Rejects when the node does not answer, and soon after `signal` is aborted. */
  run(command: NodeCommand, signal: AbortSignal): Promise<NodeAnswer>;
  /** Ends the program, and with it whatever it still runs. */
  close(): Promise<void>;
}

export interface NodeCommand {
  /** Without any blank in them. */
  readonly words: readonly string[];
  readonly input?: Archive;
  /** Run in the node when the command fails. */
  readonly otherwise?: readonly string[];
}

export interface NodeAnswer {
  readonly exitCode: number;
  readonly output: string;
}

/** The program in the node ended, or could not be started. */
export class NodeOutOfReach extends Error {}

// What is small is through before a new program would be started.
const WORTH_FINISHING_BLOCKS = 2048;

/** `open` starts `NODE_SCRIPT` in the node: at the first command, and again whenever it has ended. */
export function nodeShell(open: () => Promise<OpenProgram>): NodeShell {
  let program: Promise<OpenProgram> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const reach = (): Promise<OpenProgram> => {
    if (isClosed) return Promise.reject(new NodeOutOfReach("the session has ended"));
    const opened = (program ??= open());
    const forget = (): void => void (program = program === opened ? null : program);
    opened.then(({ closed }) => closed.then(forget), forget);
    return opened.catch((error: unknown) => Promise.reject(new NodeOutOfReach(String(error))));
  };
  const perform = async (command: NodeCommand, signal: AbortSignal): Promise<NodeAnswer> => {
    signal.throwIfAborted();
    const wasOpen = program !== null;
    const attempt = async (): Promise<NodeAnswer> => exchange(await reach(), command, signal);
    // A program that ended since the last command is noticed by this one: the node was started again, say.
    return attempt().catch((error: unknown) => {
      if (!wasOpen || isClosed || signal.aborted || !(error instanceof NodeOutOfReach)) throw error;
      return attempt();
    });
  };
  return {
    run(command, signal) {
      const turn = last.then(() => perform(command, signal));
      last = turn.catch(() => undefined);
      return orAborted(turn, signal);
    },
    async close() {
      isClosed = true;
      const opened = await program?.catch(() => null);
      if (!opened) return;
      // Its end is what the program waits for.
      opened.input.end();
      await Promise.race([opened.closed, last.then(() => opened.closed), shortly()]);
      opened.input.destroy();
    },
  };
}

async function exchange(program: OpenProgram, command: NodeCommand, signal: AbortSignal): Promise<NodeAnswer> {
  const id = randomBytes(8).toString("hex");
  const answer = answerOf(program, id);
  answer.catch(() => undefined);
  const { words, input, otherwise = [] } = command;
  const isWorthFinishing = (input?.blocks ?? 0) <= WORTH_FINISHING_BLOCKS;
  // Half a frame cannot be taken back: only the end of the program tells the node that no more will come.
  const drop = (): void => void (isWorthFinishing || program.input.destroy());
  signal.addEventListener("abort", drop, { once: true });
  try {
    program.input.write(`${id} ${input?.blocks ?? 0} ${words.join(" ")}\n${otherwise.join(" ")}\n`);
    for await (const chunk of input?.open() ?? []) await written(program, chunk);
    return await answer;
  } catch (error) {
    // What was read wrong on this side leaves the node waiting for the rest.
    if (!(error instanceof NodeOutOfReach)) program.input.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/** Resolves when there is room for more. */
async function written({ input, closed }: OpenProgram, chunk: Uint8Array): Promise<void> {
  if (input.destroyed) throw new NodeOutOfReach("the connection to the node ended");
  if (input.write(chunk)) return;
  let drained = (): void => undefined;
  await Promise.race([new Promise<void>((resolve) => input.once("drain", (drained = resolve))), closed]);
  input.off("drain", drained);
}

function answerOf({ output, closed }: OpenProgram, id: string): Promise<NodeAnswer> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      const end = text.lastIndexOf(`\n@@${id} `);
      if (end < 0 || !text.endsWith("\n")) return;
      output.off("data", take);
      resolve({ exitCode: Number(text.slice(end).trim().split(" ")[1]), output: text.slice(0, end) });
    };
    output.on("data", take);
    void closed.then(() => {
      output.off("data", take);
      reject(new NodeOutOfReach(`the program in the node ended: ${text.trim().split("\n").at(-1) ?? ""}`));
    });
  });
}

/** Rejects when `signal` is aborted, whatever becomes of the work. */
export function orAborted<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function shortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000).unref());
}
