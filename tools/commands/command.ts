import type { Finding } from "../lib/errors.ts";
import type { Exec } from "../lib/exec.ts";

/** A list where the flag may be given several times. */
export type FlagValue = string | boolean | readonly (string | boolean)[] | undefined;

/** What every command is given. Commands return data; only the CLI prints and exits. */
export interface CommandContext {
  /** Folder of services.json, absolute. */
  readonly root: string;
  readonly exec: Exec;
  /** What stands after the command, flags taken away. */
  readonly positionals: readonly string[];
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** Tells what is going on, where it takes longer than a second. */
  readonly progress: (message: string) => void;
  /** Asks whoever sits at the terminal; null where nobody does. An empty answer is `""`. */
  readonly ask: ((prompt: Prompt) => Promise<string>) | null;
  /** Prints a result at once, for commands that go on after it. */
  readonly report: (result: CommandResult) => void;
  /** Resolves when the user ends the command, which from then on is its own to end. */
  readonly stopped: () => Promise<void>;
}

/** One line to be answered with one line. */
export interface Prompt {
  readonly label: string;
  readonly hint: string;
  /** What an empty answer means; null: it means nothing. */
  readonly fallback: string | null;
  /** Completed with the tabulator. */
  readonly choices: readonly string[];
  /** What was wrong with the answer before. */
  readonly problem: string | null;
}

export interface CommandResult {
  /** Lines for standard output: the result itself. */
  readonly output: readonly string[];
  /** One line for people, on standard error. */
  readonly summary: string | null;
  readonly findings: readonly Finding[];
  /** The findings are the result: none is left out, however many they are. */
  readonly tellsAll?: true;
  readonly exitCode: 0 | 1;
  /** The same for machines: `--json`. */
  readonly data: unknown;
}

export interface CommandFlag {
  readonly type: "boolean" | "string";
  /** Placeholder of the value in the help text. */
  readonly value?: string;
  /** It may be given several times; its value then is a list. */
  readonly multiple?: true;
  readonly description: string;
}

/** One command, as the CLI lists, documents and runs it. */
export interface Command {
  readonly summary: string;
  /** What stands after the command's name. */
  readonly usage: string;
  /** How many words may stand after the command's name. */
  readonly maxPositionals: number;
  readonly examples: readonly string[];
  readonly flags: Readonly<Record<string, CommandFlag>>;
  readonly details?: readonly string[];
  /** Null: everything has been reported while it ran, and the user ended it. */
  run(context: CommandContext): Promise<CommandResult | null>;
}
