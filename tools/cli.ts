import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Command, CommandResult, FlagValue } from "./commands/command.ts";
import { type Finding, findingsOf, userError } from "./lib/errors.ts";
import { systemExec } from "./lib/exec.ts";
import { formatFinding, paintFor } from "./lib/style.ts";
import { didYouMean, suggestion } from "./lib/text.ts";
import { commandHelp, generalHelp } from "./help.ts";

// Flags → command → print → exit code: 0 all is well, 1 something was found, 2 wrong usage. The only place that prints or exits.

const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  gen: async () => (await import("./commands/generate.ts")).generate,
  check: async () => (await import("./commands/check.ts")).check,
  secrets: async () => (await import("./commands/secrets.ts")).secrets,
  verify: async () => (await import("./commands/verify.ts")).verify,
  schema: async () => (await import("./commands/schema.ts")).schema,
  import: async () => (await import("./commands/import.ts")).importCommand,
};

const COMMON = {
  root: { type: "string", value: "DIR", description: "folder of services.json (default: the current one)" },
  json: { type: "boolean", description: "print one JSON document instead of text" },
  "no-color": { type: "boolean", description: "no colours; so do NO_COLOR=1 and a pipe" },
  help: { type: "boolean", short: "h", description: "this text" },
} as const;

process.exitCode = await main(process.argv.slice(2));

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
          ...("multiple" in rest && { multiple: rest.multiple as boolean }),
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
  const context = {
    root: resolve(String(values["root"] ?? ".")),
    exec: systemExec,
    positionals,
    flags: values,
    progress,
  };
  const result = await command.run(context).catch(failed);
  if (isJson)
    print(
      JSON.stringify(
        { exitCode: result.exitCode, findings: result.findings, ...(result.data !== null && { data: result.data }) },
        null,
        2,
      ),
    );
  else printResult(result, values["no-color"] !== true);
  return result.exitCode;
}

/** A user's mistake is a result; anything else is a bug of ours and keeps its stack. */
function failed(error: unknown): CommandResult {
  return { output: [], summary: null, findings: findingsOf(error), exitCode: 1, data: null };
}

function printResult({ output, findings, summary, exitCode }: CommandResult, isColorWanted: boolean): void {
  const paint = paintFor(process.stderr, isColorWanted);
  for (const line of output) print(line);
  const ordered = [...findings].sort((a, b) => rank(a) - rank(b));
  for (const finding of ordered) process.stderr.write(`${formatFinding(finding, paint)}\n`);
  if (summary !== null)
    process.stderr.write(`${exitCode === 0 ? paint("green", "✓") : paint("red", "✗")} ${summary}\n`);
}

/** Errors last: the eye ends there. */
function rank(finding: Finding): number {
  return finding.severity === "error" ? 1 : 0;
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
