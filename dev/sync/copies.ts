import { text } from "node:stream/consumers";
import { type Finding, UserError, userError } from "../../tools/lib/errors.ts";
import type { KubeApi } from "../cluster/api/api.ts";
import { ApiRefused } from "../cluster/api/errors.ts";
import { type OpenInNode, type Way, wayInside, wayThroughNode } from "./channels.ts";
import { CopyFailed, type Known, copyFiles, missingFiles } from "./container.ts";
import type { WantedFile } from "./host-files.ts";
import type { Replica } from "./replicas.ts";
import { endContainer, outlivesContainer, restartLine } from "./restart.ts";
import { quoted } from "./script.ts";
import { ShellEnded } from "./shell.ts";

export interface CopyContext {
  readonly api: KubeApi;
  /** Null where this machine's engine does not run the nodes. */
  readonly openInNode: OpenInNode | null;
  readonly signal: AbortSignal;
  readonly notice: (finding: Finding) => void;
  /** Resolves with whether the container is no longer there: its pods' list may be a moment late. */
  isGone(replica: Replica): Promise<boolean>;
}

/** What is copied into one container, one after the other. */
export interface Copies {
  /** Resolves when it has the files, and their rules' commands have run; also when it is gone. Throws a `UserError`. */
  bring(files: () => Promise<readonly WantedFile[]>): Promise<void>;
  close(): void;
}

export function copiesInto(replica: Replica, context: CopyContext): Copies {
  const known: Known = new Map();
  const ways = waysInto(replica, context);
  let last: Promise<unknown> = Promise.resolve();
  ways.open().catch(() => undefined);
  return { bring, close: () => ways.close() };

  function bring(files: () => Promise<readonly WantedFile[]>): Promise<void> {
    const turn = last.then(async () => attempt(await files()));
    last = turn.catch(() => undefined);
    return turn;
  }

  async function attempt(files: readonly WantedFile[]): Promise<void> {
    try {
      await write(files);
    } catch (error) {
      if (error instanceof UserError || context.signal.aborted) throw error;
      ways.change(error);
      await write(files).catch((again: unknown) => giveUp(error, again));
    }
  }

  async function giveUp(first: unknown, again: unknown): Promise<void> {
    if (again instanceof UserError || context.signal.aborted) throw again;
    if (!(await context.isGone(replica))) throw cannotCopy(replica, first);
  }

  async function write(files: readonly WantedFile[]): Promise<void> {
    if (files.length === 0) return;
    const at = await ways.open();
    const missing = await missingFiles(at, files, known);
    if (missing.length === 0) return;
    const restarted = missing.filter(({ rule }) => rule.action === "sync+restart");
    const after = restarted.length > 0 ? restartLine(replica, at) : null;
    if (restarted.length > 0 && after === null && !outlivesContainer(replica, restarted)) throw cannotRestart(replica);
    await copyFiles(at, missing, known, after);
    await runCommands(replica, context, missing);
    if (restarted.length > 0 && after === null) await startAgain(replica, context, at);
  }
}

interface Ways {
  /** The one that is open, or a new one. */
  open(): Promise<Way>;
  /** What has failed is not used again. */
  change(failure: unknown): void;
  close(): void;
}

function waysInto(replica: Replica, { api, openInNode, signal }: CopyContext): Ways {
  let way: Promise<Way> | null = null;
  let isThroughNode = false;
  return { open, change, close: () => void way?.then(({ shell }) => shell.close()).catch(() => undefined) };

  function open(): Promise<Way> {
    if (way) return way;
    const inside = (): Promise<Way> => wayInside(api, replica, signal);
    const opened = isThroughNode && openInNode ? wayThroughNode(openInNode, replica) : inside().catch(withoutShell);
    way = opened;
    const forget = (): void => void (way = way === opened ? null : way);
    opened.then(({ shell }) => shell.closed.then(forget), forget);
    return opened;
  }

  function withoutShell(error: unknown): Promise<Way> {
    if (openInNode === null || !(error instanceof ShellEnded)) throw error;
    isThroughNode = true;
    return wayThroughNode(openInNode, replica);
  }

  /** What the container's user may not do, the node's may; and a shell that has ended is opened again. */
  function change(failure: unknown): void {
    if (failure instanceof CopyFailed && openInNode !== null) isThroughNode = true;
    way = null;
  }
}

async function startAgain(replica: Replica, { notice, openInNode }: CopyContext, at: Way): Promise<void> {
  notice(startsWhole(replica));
  await endContainer(at, openInNode && (() => wayThroughNode(openInNode, replica)));
}

async function runCommands(replica: Replica, context: CopyContext, files: readonly WantedFile[]): Promise<void> {
  for (const { exec } of new Set(files.map(({ rule }) => rule))) {
    if (exec === null) continue;
    const problem = await commandProblem(context, replica, exec);
    if (problem !== null) context.notice(commandFailed(replica, exec.command, problem));
  }
}

/** Null when the command has ended well; else its last line. */
async function commandProblem(
  { api, signal }: CopyContext,
  replica: Replica,
  { command, workingDir }: NonNullable<WantedFile["rule"]["exec"]>,
): Promise<string | null> {
  const words = workingDir === null ? command : ["sh", "-c", `cd ${quoted(workingDir)} && exec "$@"`, "sh", ...command];
  try {
    const run = await api.exec(replica, words, signal);
    run.stdin.end();
    const [out, err, code] = await Promise.all([text(run.stdout), text(run.stderr), run.ended]);
    const last = `${out}\n${err}`.trim().split("\n").at(-1) ?? "";
    return code === 0 ? null : last || `exit code ${code}`;
  } catch (error) {
    if (signal.aborted || error instanceof UserError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function cannotCopy({ service, pod }: Replica, error: unknown): UserError {
  const known = error instanceof CopyFailed || error instanceof ShellEnded || error instanceof ApiRefused;
  const reason = known || error instanceof Error ? (error as Error).message : String(error);
  return userError(
    "SYNC_FAILED",
    service,
    `files cannot be copied into ${pod}: ${reason}`,
    "give the image sh, tar or head, and mv; or a target that its user may write, such as a volume",
  );
}

function cannotRestart({ service }: Replica): UserError {
  return userError(
    "SYNC_RESTART",
    service,
    "nobody in the container can start its program again, and what is copied would not outlive the container",
    'add "develop": {"command": ["…"]} to the service: what its Dockerfile says',
  );
}

function startsWhole({ service }: Replica): Finding {
  return {
    code: "SYNC_RESTART",
    severity: "warning",
    where: service,
    message: "the whole container is started again, since only its image says what runs",
    fix: 'add "develop": {"command": ["…"]} to the service: what its Dockerfile says',
  };
}

function commandFailed({ service, pod }: Replica, command: readonly string[], problem: string): Finding {
  return {
    code: "SYNC_EXEC",
    severity: "error",
    where: `${service} ${pod}`,
    message: `${command.join(" ")}: ${problem}`,
    fix: "correct the command of the rule, or what it runs on; the files are there",
  };
}
