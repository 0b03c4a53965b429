import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, findingsOf, hasErrors, userError } from "../lib/errors.ts";
import { isNodeError } from "../lib/files.ts";
import { shortHash } from "../lib/hash.ts";
import { count, listed } from "../lib/text.ts";
import type { FileChange } from "../lib/tree.ts";
import { watchPaths } from "../lib/watch.ts";
import { REGISTRY_FILE, inputPaths } from "../registry/read.ts";
import type { CommandContext, CommandResult } from "./command.ts";

/**
 * Runs `generate` now and whenever an input changes, until the user ends it. What is wrong is told and waited out; a save
 * that changes nothing is no event.
 */
export async function watchInputs(
  context: CommandContext,
  generate: (context: CommandContext) => Promise<CommandResult>,
): Promise<null> {
  if (context.flags["check"] === true) throw checkAndWatch();
  const { root } = context;
  const stopped = context.stopped().then(() => "stopped" as const);
  const watch = watchPaths(root, (error) => context.report(aloud(watchFailed(error))));
  let paths: readonly string[] = [];
  let seen = "";
  let told: readonly Finding[] = [];
  try {
    for (;;) {
      paths = await inputPaths(root, paths);
      // Watched first, read afterwards: nothing falls between the two.
      await watch.follow(paths);
      const print = await fingerprint(root, paths);
      if (print !== seen) {
        const isFirst = seen === "";
        seen = print;
        const result = await Promise.race([timed(() => generate(context)), stopped]);
        if (result === "stopped") return null;
        context.report(cycle(result, told));
        told = result.findings;
        if (isFirst) context.progress(`watching ${listed(paths, 3)}; Ctrl-C ends`);
      }
      if ((await Promise.race([watch.changed(), stopped])) === "stopped") return null;
    }
  } finally {
    watch.close();
  }
}

interface Timed {
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  readonly data: unknown;
}

async function timed(generate: () => Promise<CommandResult>): Promise<Timed> {
  const startMs = performance.now();
  const { findings, data } = await generate().catch((error: unknown) => ({ findings: findingsOf(error), data: null }));
  return { durationMs: Math.round(performance.now() - startMs), findings, data };
}

/** One line, and what is wrong; warnings that were told before are not told again. */
function cycle({ durationMs, findings, data }: Timed, told: readonly Finding[]): CommandResult {
  const isTold = (one: Finding): boolean =>
    one.severity === "warning" && told.some(({ code, where }) => code === one.code && where === one.where);
  const hasFailed = hasErrors(findings);
  const time = new Date().toTimeString().slice(0, 8);
  return {
    output: [`${time}  ${hasFailed ? failedWords(findings) : writtenWords(data as Written)} (${durationMs} ms)`],
    summary: null,
    findings: findings.filter((one) => !isTold(one)),
    exitCode: hasFailed ? 1 : 0,
    data: { ...(data as Written | null), durationMs },
  };
}

interface Written {
  readonly changes: readonly Pick<FileChange, "type" | "path">[];
  readonly files: number;
}

function writtenWords({ changes, files }: Written): string {
  if (changes.length === 0) return `nothing to write: ${count(files, "file")} up to date`;
  const [shown, more] = [changes.slice(0, 3), changes.length - 3];
  const paths = shown.map(({ type, path }) => `${type} ${path}`).join(", ");
  return `${count(changes.length, "file")} written: ${paths}${more > 0 ? ` and ${more} more` : ""}`;
}

function failedWords(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return `nothing written: ${count(errors, "error")}`;
}

/** The inputs' content; what cannot be read is told apart from what is not there, and both from what is empty. */
async function fingerprint(root: string, paths: readonly string[]): Promise<string> {
  const contents = await Promise.all(
    paths.map((path) =>
      readFile(join(root, path)).then(
        (content) => shortHash(content, 64),
        (error: unknown) => (isNodeError(error) ? `${error.code}` : String(error)),
      ),
    ),
  );
  return shortHash(JSON.stringify(paths.map((path, i) => [path, contents[i]])), 64);
}

function checkAndWatch(): Error {
  return userError("FLAGS_CLASH", "command line", "--watch writes, --check does not", "leave out one of the two");
}

function watchFailed(error: NodeJS.ErrnoException): Finding {
  const isLimit = error.code === "ENOSPC" || error.code === "EMFILE";
  return {
    code: "WATCH_FAILED",
    severity: "warning",
    where: error.path ?? REGISTRY_FILE,
    message: `some changes may not be seen: ${error.message}`,
    fix: isLimit
      ? "raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
      : "check that you may read the folder, and start again",
  };
}

function aloud(finding: Finding): CommandResult {
  return { output: [], summary: null, findings: [finding], exitCode: 0, data: null };
}
