import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError, userError } from "../tools/lib/errors.ts";
import { systemExec } from "../tools/lib/exec.ts";
import { formatFinding, paintFor } from "../tools/lib/style.ts";
import type { Display } from "./ui/display.ts";

// Flags, signals, output and exit codes of the dev loop: 0 all is Ready, 1 something failed, 2 wrong usage, 130 Ctrl-C.
// The only place in dev/ that touches the process. Everything heavy is loaded when it is needed, so that --help is quick.

const HELP = `npm run dev [-- flags]

Builds what changed, puts it into the local cluster, applies it, and says in one line what is wrong when something is.
Save a file, and only what it belongs to is done again. Ctrl-C ends it.

  npm run dev
  npm run dev -- --only core,db
  npm run dev -- --once             # in CI: exit code 0 when everything is Ready and verified

  --root DIR       folder of services.json (default: this one)
  --env NAME       environment, of profile local (default: the first one)
  --context NAME   kubectl context (default: the current one); it must be proven local, or allowed in services.json
  --only A,B       only these services and the images that they need
  --once           end when everything is Ready and the registry's checks have passed, or has failed; binds no ports
  --print-kubectl  print the kubectl commands that do the same by hand, and do nothing
  --plain          one line per event instead of a screen; so do a pipe, CI and --once
  --json           one JSON document per line and event: docs/events.md
  --no-color       no colours; so do NO_COLOR=1 and a pipe
  -h, --help       this text
`;

const OPTIONS = {
  root: { type: "string", default: "." },
  env: { type: "string" },
  context: { type: "string" },
  only: { type: "string" },
  once: { type: "boolean", default: false },
  "print-kubectl": { type: "boolean", default: false },
  plain: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  "no-color": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Flags = ReturnType<typeof parse>["values"];

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values: flags } = parse(args);
    if (flags.help) return print(HELP);
    return flags["print-kubectl"] ? await printKubectl(flags) : await runSession(flags);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const paint = paintFor(process.stderr, !args.includes("--no-color"));
    for (const finding of error.findings) process.stderr.write(`${formatFinding(finding, paint)}\n`);
    return error.findings.some(({ code }) => code === "USAGE") ? 2 : 1;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
    throw userError("USAGE", "command line", message, "npm run dev -- --help");
  }
}

async function runSession(flags: Flags): Promise<number> {
  const interrupts = catchInterrupts();
  const display = await displayFor(flags);
  try {
    return await runLoop(flags, display, interrupts);
  } finally {
    display.close?.();
  }
}

async function runLoop(flags: Flags, display: Display, interrupts: Interrupts): Promise<number> {
  const { startSession } = await import("./session.ts");
  const options = {
    root: resolve(flags.root),
    exec: systemExec,
    context: flags.context ?? null,
    isOnce: flags.once,
    dockerHost: process.env["DOCKER_HOST"],
    display,
    ...selectionOf(flags),
  };
  try {
    const session = await startSession(options);
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

function endOf({ once }: Flags, isWell: boolean): string {
  if (once) return isWell ? "all Ready, every check passed" : "not everything is Ready and passes its checks";
  return isWell ? "all Ready" : "not everything is Ready";
}

interface Interrupts {
  onFirst(act: () => void): void;
  isInterrupted(): boolean;
}

/** The first Ctrl-C ends the session in order, the second one at once; so does what hangs for three seconds. */
function catchInterrupts(): Interrupts {
  let isInterrupted = false;
  // While a session is being set up there is nothing to stop yet: it is stopped as soon as there is.
  let act: () => void = () => undefined;
  const interrupted = (): void => {
    if (isInterrupted) process.exit(130);
    isInterrupted = true;
    setTimeout(() => process.exit(130), 2800).unref();
    act();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);
  // Nobody reads any more: `npm run dev | head`.
  process.stdout.on("error", interrupted);
  return {
    onFirst: (next) => (isInterrupted ? next() : void (act = next)),
    isInterrupted: () => isInterrupted,
  };
}

/** A screen for whoever watches and has keys to press, lines for everybody else. */
async function displayFor(flags: Flags): Promise<Display> {
  const write = (text: string): void => void process.stdout.write(text);
  if (flags.json) return (await import("./ui/ndjson.ts")).ndjsonDisplay(write, () => new Date());
  const paint = paintFor(process.stdout, !flags["no-color"]);
  const isWatched = process.stdin.isTTY && process.stdout.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb";
  if (!isWatched || flags.plain || flags.once) return (await import("./ui/plain.ts")).plainDisplay(write, paint);
  const [{ terminalDisplay }, { openTty }, { openInBrowser }] = await Promise.all([
    import("./ui/terminal.ts"),
    import("./ui/tty.ts"),
    import("./ui/browser.ts"),
  ]);
  return terminalDisplay({
    tty: openTty(process),
    write,
    paint,
    platform: platformName(resolve(flags.root)),
    nowMs: () => performance.now(),
    open: (url) => openInBrowser(systemExec, process.platform, url),
  });
}

/** What the first frame says before the registry has been read; nothing where that is not plain to see. */
function platformName(root: string): string {
  try {
    return (
      /^\s*\{\s*(?:"\$schema":\s*"[^"]*",\s*)?"name":\s*"([\w.-]+)"/.exec(
        readFileSync(join(root, "services.json"), "utf8"),
      )?.[1] ?? ""
    );
  } catch {
    return "";
  }
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

function selectionOf(flags: Flags): { readonly environment: string | null; readonly only: readonly string[] | null } {
  const names = flags.only
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return { environment: flags.env ?? null, only: names ?? null };
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}
