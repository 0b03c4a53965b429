import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Command, CommandResult, FlagValue } from "./commands/command.ts";
import { findingsOf, userError } from "./lib/errors.ts";
import { systemExec } from "./lib/exec.ts";
import { formatFindings, mostImportant } from "./lib/findings.ts";
import { formatFinding, paintFor } from "./lib/style.ts";
import { count, didYouMean, suggestion } from "./lib/text.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { openTerminal } from "./terminal.ts";

// Flags → command → print → exit code: 0 all is well, 1 something was found, 2 wrong usage. The only place that prints or exits.

const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  gen: async () => (await import("./commands/generate.ts")).generate,
  check: async () => (await import("./commands/check.ts")).check,
  secrets: async () => (await import("./commands/secrets.ts")).secrets,
  verify: async () => (await import("./commands/verify.ts")).verify,
  explain: async () => (await import("./commands/explain.ts")).explain,
  diff: async () => (await import("./commands/diff.ts")).diff,
  new: async () => (await import("./commands/new.ts")).newEntry,
  graph: async () => (await import("./commands/graph.ts")).graph,
  render: async () => (await import("./commands/render.ts")).render,
  schema: async () => (await import("./commands/schema.ts")).schema,
  import: async () => (await import("./commands/import.ts")).importCommand,
};

const COMMON = {
  root: { type: "string", value: "DIR", description: "folder of services.json (default: the current one)" },
  json: { type: "boolean", description: "print one JSON document instead of text" },
  "no-color": { type: "boolean", description: "no colours; so do NO_COLOR=1 and a pipe" },
  help: { type: "boolean", short: "h", description: "this text" },
} as const;

// More than anybody reads; a mistake that is repeated in every service still ends on one screen or two.
const MAX_PRINTED = 50;

// Whoever reads our output may stop early (`| head`): that is their right, and no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

// No top-level await: a bundle of CommonJS has none.
void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});

async function main(argv: readonly string[]): Promise<number> {
  const [name = "", ...rest] = argv;
  const isJson = argv.includes("--json");
  if (name === "" || name === "--help" || name === "-h" || name === "help") return printHelp(rest[0], isJson);
  if (name === "--version") return print(`slipway ${await version()}`);
  const load = loaderOf(name);
  if (!load) return unknownCommand(name, isJson);
  const command = await load();
  const parsed = parse(command, rest);
  if ("problem" in parsed) return wrongUsage(parsed.problem, parsed.fix ?? `npm run ${name} -- --help`, isJson);
  if (parsed.values["help"] === true) return print(commandHelp(name, command, COMMON));
  return run(command, parsed);
}

function loaderOf(name: string): (() => Promise<Command>) | undefined {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
}

interface Parsed {
  readonly values: Readonly<Record<string, FlagValue>>;
  readonly positionals: readonly string[];
}

interface Refused {
  readonly problem: string;
  readonly fix: string | null;
}

function parse(command: Command, args: readonly string[]): Parsed | Refused {
  try {
    const options = Object.fromEntries(
      Object.entries({ ...COMMON, ...command.flags }).map(([flag, { type, ...rest }]) => [
        flag,
        {
          type,
          ...("short" in rest && { short: rest.short as string }),
          ...("multiple" in rest && { multiple: true }),
        },
      ]),
    );
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    if (values["root"] === "") return { problem: "--root names no folder", fix: "write --root DIR, or leave it out" };
    const extra = positionals[command.maxPositionals];
    if (extra !== undefined) return { problem: `nothing is expected at "${extra}"`, fix: null };
    return { values: values as Parsed["values"], positionals };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const problem = error.message.split(". To specify")[0] ?? error.message;
    const written = /^Unknown option '--([^']+)'/.exec(problem)?.[1];
    const near = written === undefined ? null : didYouMean(written, Object.keys({ ...COMMON, ...command.flags }));
    return { problem, fix: near === null ? null : `did you mean "--${near}"?` };
  }
}

async function run(command: Command, { values, positionals }: Parsed): Promise<number> {
  const isJson = values["json"] === true;
  const progress = (message: string): void =>
    void (process.stderr.isTTY && !isJson && process.stderr.write(`${message}\n`));
  const report = (one: CommandResult): void =>
    isJson ? void print(JSON.stringify(documentOf(one))) : printResult(one, values["no-color"] !== true);
  const terminal = isJson ? null : openTerminal(paintFor(process.stderr, values["no-color"] !== true));
  const context = {
    root: resolve(String(values["root"] ?? ".")),
    exec: systemExec,
    positionals,
    flags: values,
    progress,
    report,
    stopped,
    ask: terminal?.ask ?? null,
  };
  const result = await command
    .run(context)
    .catch(failed)
    .finally(() => terminal?.close());
  if (result === null) return 0;
  if (isJson) print(JSON.stringify(documentOf(result), null, 2));
  else printResult(result, values["no-color"] !== true);
  return result.exitCode;
}

function documentOf({ exitCode, findings, data }: CommandResult): object {
  return { exitCode, findings, ...(data !== null && { data }) };
}

/** From now on Ctrl-C asks to end; the second one does it. */
function stopped(): Promise<void> {
  let isAsked = false;
  return new Promise((done) => {
    const ask = (): void => {
      if (isAsked) process.exit(130);
      isAsked = true;
      done();
    };
    // Not `once`: while a program runs, execa takes a signal without a listener for the end of the process, and ends it.
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, ask);
  });
}

/** A user's mistake is a result; anything else is a bug of ours and keeps its stack. */
function failed(error: unknown): CommandResult {
  return { output: [], summary: null, findings: findingsOf(error), exitCode: 1, data: null };
}

function printResult({ output, findings, summary, exitCode, tellsAll }: CommandResult, isColorWanted: boolean): void {
  const paint = paintFor(process.stderr, isColorWanted);
  if (output.length > 0) print(output.join("\n"));
  const { told, hidden } = mostImportant(findings, tellsAll ? Infinity : MAX_PRINTED);
  for (const text of formatFindings(told, paint, tellsAll ? Infinity : undefined)) process.stderr.write(`${text}\n`);
  if (hidden > 0) process.stderr.write(`… and ${count(hidden, "more finding")}: --json tells all of them\n`);
  if (summary !== null)
    process.stderr.write(`${exitCode === 0 ? paint("green", "✓") : paint("red", "✗")} ${summary}\n`);
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}

function unknownCommand(name: string, isJson: boolean): 2 {
  return wrongUsage(`there is no command "${name}"`, suggestion(name, Object.keys(LOADERS)), isJson);
}

function wrongUsage(message: string, fix: string, isJson: boolean): 2 {
  const { findings } = userError("USAGE", "command line", message, fix);
  if (isJson) print(JSON.stringify({ exitCode: 2, findings }, null, 2));
  else
    for (const finding of findings) process.stderr.write(`${formatFinding(finding, paintFor(process.stderr, true))}\n`);
  return 2;
}

async function printHelp(name: string | undefined, isJson: boolean): Promise<number> {
  const load = loaderOf(name ?? "");
  if (name !== undefined && load) return print(commandHelp(name, await load(), COMMON));
  if (name !== undefined && !name.startsWith("-")) return unknownCommand(name, isJson);
  const commands = await Promise.all(Object.entries(LOADERS).map(async ([key, one]) => [key, await one()] as const));
  return print(generalHelp(commands, COMMON));
}

async function version(): Promise<string> {
  const { default: manifest } = (await import("../package.json", { with: { type: "json" } })) as {
    default: { version: string };
  };
  return manifest.version;
}
