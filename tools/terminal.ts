import type { Interface } from "node:readline/promises";
import { isatty } from "node:tty";
import type { Prompt } from "./commands/command.ts";
import { userError } from "./lib/errors.ts";
import type { Paint } from "./lib/style.ts";

/** Somebody who answers. */
export interface Terminal {
  readonly ask: (prompt: Prompt) => Promise<string>;
  readonly close: () => void;
}

/** Null where nobody sits: a pipe, a file, CI. Questions go to standard error: standard output is for results. */
export function openTerminal(paint: Paint): Terminal | null {
  if (!isatty(0) || !isatty(2)) return null;
  let line: Interface | null = null;
  let choices: readonly string[] = [];
  const ended = new AbortController();
  return { ask, close: () => line?.close() };

  async function ask(prompt: Prompt): Promise<string> {
    line ??= await opened();
    choices = prompt.choices;
    try {
      return (await line.question(promptText(prompt, paint), { signal: ended.signal })).trim();
    } catch (error) {
      if (ended.signal.aborted) throw left();
      throw error;
    }
  }

  /** Opened with the first question: a command that asks nothing leaves the keys alone. */
  async function opened(): Promise<Interface> {
    const { createInterface } = await import("node:readline/promises");
    const created = createInterface({ input: process.stdin, output: process.stderr, completer });
    // Ctrl-C and Ctrl-D: without this a question would stay open for ever.
    created.on("SIGINT", () => created.close());
    created.on("close", () => ended.abort());
    return created;
  }

  function completer(written: string): [string[], string] {
    const word = written.slice(written.lastIndexOf(",") + 1).trimStart();
    return [choices.filter((choice) => choice.startsWith(word)), word];
  }
}

function promptText({ label, hint, fallback, choices, problem }: Prompt, paint: Paint): string {
  const notes = choices.length > 0 ? choices.join(" | ") : hint;
  const usual = fallback === null || fallback === "" ? "" : ` ${paint("dim", `[${fallback}]`)}`;
  const lines = [
    ...(problem === null ? [] : [paint("yellow", `  ${problem}`)]),
    `${paint("bold", label)}${notes === "" ? "" : ` ${paint("dim", `(${notes})`)}`}${usual}${paint("bold", ":")} `,
  ];
  return lines.join("\n");
}

function left(): Error {
  process.stderr.write("\n");
  const message = "ended before every question was answered";
  return userError("ANSWERS_MISSING", "terminal", message, "nothing was written; the flags answer without being asked");
}
