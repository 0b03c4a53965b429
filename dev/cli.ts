import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError, userError } from "../tools/lib/errors.ts";
import { systemExec } from "../tools/lib/exec.ts";
import { formatFinding, paintFor } from "../tools/lib/style.ts";
import { displayFor } from "./choose-display.ts";
import { type Interrupts, catchInterrupts } from "./interrupts.ts";
import type { Selection } from "./sources/registry.ts";
import type { Display } from "./ui/display.ts";

// Flags, signals, output and exit codes of the dev loop: 0 all is Ready, 1 something failed, 2 wrong usage, 130 Ctrl-C.
// The only place in dev/ that touches the process, or hands it on. Everything heavy is loaded when it is needed, so that --help is quick.

const HELP = `npm run dev [-- command] [flags]

Builds what changed, puts it into the local cluster, applies it, and says in one line what is wrong when something is.
Save a file, and only what it belongs to is done again. Ctrl-C ends it.

  npm run dev
  npm run dev -- --only core,db
  npm run dev -- --once             # in CI: exit code 0 when everything is Ready and verified
  npm run dev -- debug core         # with the inspector of core open, on port 9229

Commands:
  debug SERVICE          the loop for a service and what it depends on, with its inspector open and forwarded
COMMANDS
Flags:
  --root DIR             folder of services.json (default: this one)
  --env NAME             environment, of profile local (default: the first one)
  --context NAME         kubectl context (default: the current one); it must be proven local, or allowed in services.json
  --create-cluster       make the kind cluster that services.json describes, where there is none yet
  --only A,B             these services, what they depend on, and the images that they need
  --except A,B           all services but these
  --no-mock A,B          run these themselves although the environment mocks them
  --once                 end when everything is Ready and the registry's checks have passed, or has failed; binds no ports
  --prune-data           also delete claims, namespaces and definitions that the registry has no more
  --volumes              with down: also claims, their data and the namespaces
  --print-kubectl        print the kubectl commands that do the same by hand, and do nothing
  --plain                one line per event instead of a screen; so do a pipe, CI and --once
  --json                 one JSON document per line and event: docs/events.md
  --no-color             no colours; so do NO_COLOR=1 and a pipe
  -h, --help             this text
`;

const OPTIONS = {
  root: { type: "string", default: "." },
  env: { type: "string" },
  context: { type: "string" },
  "create-cluster": { type: "boolean", default: false },
  only: { type: "string" },
  except: { type: "string" },
  "no-mock": { type: "string" },
  once: { type: "boolean", default: false },
  "prune-data": { type: "boolean", default: false },
  volumes: { type: "boolean", default: false },
  "print-kubectl": { type: "boolean", default: false },
  plain: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  "no-color": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Flags = ReturnType<typeof parse>["values"];

/** Findings that say that there is no cluster to work with. */
const NO_CLUSTER: readonly string[] = ["CONTEXT_MISSING", "CONTEXT_NOT_LOCAL", "KUBECTL_FAILED"];

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values: flags, positionals } = parse(args);
    if (flags.help) return print(await helpText());
    if (flags["print-kubectl"]) return await printKubectl(flags);
    const [name, ...words] = positionals;
    if (name === undefined) return await runSession(flags, null);
    return name === "debug" ? await runSession(flags, debuggedOf(words)) : await runCommand(name, words, flags);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const paint = paintFor(process.stderr, !args.includes("--no-color"));
    for (const finding of error.findings) process.stderr.write(`${formatFinding(finding, paint)}\n`);
    return error.findings.some(({ code }) => code === "USAGE") ? 2 : 1;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
    throw userError("USAGE", "command line", message, "npm run dev -- --help");
  }
}

async function helpText(): Promise<string> {
  const commands = Object.values(await import("./commands/index.ts"));
  const lines = commands.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(23)}${summary}`);
  return HELP.replace("COMMANDS", `${lines.join("\n")}\n`);
}

async function runCommand(name: string, words: readonly string[], flags: Flags): Promise<number> {
  const commands = Object.values(await import("./commands/index.ts"));
  const command = commands.find((one) => one.name === name);
  if (!command) {
    const { suggestion } = await import("../tools/lib/text.ts");
    const known = ["debug", ...commands.map((one) => one.name)];
    throw userError("USAGE", "command line", `there is no command "${name}"`, suggestion(name, known));
  }
  const abort = new AbortController();
  catchInterrupts(process).onFirst(() => abort.abort());
  const code = await command.run({
    ...worldOf(flags),
    words,
    withVolumes: flags.volumes,
    isJson: flags.json,
    signal: abort.signal,
    paint: paintFor(process.stdout, !flags["no-color"]),
    print: (text) => void process.stdout.write(text),
  });
  return abort.signal.aborted ? 130 : code;
}

function debuggedOf(words: readonly string[]): string {
  const [service] = words;
  if (service !== undefined) return service;
  throw userError("USAGE", "command line", "debug needs a service", "npm run dev -- debug core");
}

/** What every command needs to know of the world. */
function worldOf(flags: Flags) {
  return {
    root: resolve(flags.root),
    exec: systemExec,
    context: flags.context ?? null,
    dockerHost: process.env["DOCKER_HOST"],
    ...selectionOf(flags),
  };
}

async function runSession(flags: Flags, debugged: string | null): Promise<number> {
  const interrupts = catchInterrupts(process);
  const display = await displayFor(process, {
    root: resolve(flags.root),
    isJson: flags.json,
    isPlain: flags.plain || flags.once,
    hasColors: !flags["no-color"],
  });
  try {
    return await runLoop(flags, debugged, display, interrupts);
  } finally {
    display.close?.();
  }
}

async function runLoop(
  flags: Flags,
  debugged: string | null,
  display: Display,
  interrupts: Interrupts,
): Promise<number> {
  const { startSession } = await import("./session.ts");
  const options = {
    ...worldOf(flags),
    ...(debugged !== null && { only: [debugged] }),
    debugged,
    createsCluster: flags["create-cluster"],
    mayPruneData: flags["prune-data"],
    isOnce: flags.once,
    display,
  };
  try {
    const session = await startSession(options).catch((error: unknown) =>
      orCreate(error, options, (more) => startSession(more)),
    );
    interrupts.onFirst(() => session.stop());
    const isWell = await session.ended;
    display.end(interrupts.isInterrupted() ? "stopped" : endOf(flags, isWell));
    return interrupts.isInterrupted() ? 130 : isWell ? 0 : 1;
  } catch (error) {
    // Ctrl-C reaches our kubectl as well, whose failure is then no news.
    if (interrupts.isInterrupted()) return 130;
    throw error;
  }
}

interface Asking {
  readonly context: string | null;
  readonly createsCluster: boolean;
  readonly display: Display;
}

/** Without a local cluster there is nothing to do: whoever sits at a terminal is asked whether to make one. */
async function orCreate<O extends Asking, T>(
  error: unknown,
  options: O,
  start: (options: O) => Promise<T>,
): Promise<T> {
  const isAbsent = error instanceof UserError && error.findings.some(({ code }) => NO_CLUSTER.includes(code));
  const isAsked = isAbsent && options.context === null && process.stdin.isTTY && process.stdout.isTTY;
  if (!isAsked) throw error;
  const ask = (): Promise<boolean> => isAgreed(error.findings[0]?.message ?? "");
  const { aside } = options.display;
  if (!(await (aside ? aside(ask) : ask()))) throw error;
  return start({ ...options, createsCluster: true });
}

async function isAgreed(why: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asking.question(`${why}.\nUse this platform's own kind cluster, and make it if need be? [Y/n] `);
  asking.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

function endOf({ once }: Flags, isWell: boolean): string {
  if (once) return isWell ? "all Ready, every check passed" : "not everything is Ready and passes its checks";
  return isWell ? "all Ready" : "not everything is Ready";
}

async function printKubectl(flags: Flags): Promise<number> {
  const [{ readTarget }, { kubectlCommands }] = await Promise.all([
    import("./sources/registry.ts"),
    import("./print-kubectl.ts"),
  ]);
  const { target } = await readTarget(resolve(flags.root), selectionOf(flags));
  const context = flags.context ?? (await systemExec.run("kubectl", ["config", "current-context"])).stdout.trim();
  return print(`${kubectlCommands(target, context === "" ? "kind-kind" : context).join("\n")}\n`);
}

function selectionOf(flags: Flags): Selection {
  return {
    environment: flags.env ?? null,
    only: flags.only === undefined ? null : listOf(flags.only),
    except: listOf(flags.except),
    noMock: listOf(flags["no-mock"]),
  };
}

function listOf(names: string | undefined): readonly string[] {
  return (names ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}
