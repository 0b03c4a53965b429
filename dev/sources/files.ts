import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { FSWatcher } from "chokidar";
import type { Finding } from "../../tools/lib/errors.ts";
import { isNodeError } from "../../tools/lib/files.ts";
import { type Ignore, readIgnore } from "../../tools/sources/ignore.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Target } from "../core/target.ts";
import { batch } from "./batch.ts";

/** Watches build contexts and the registry's own files, and nothing else. */
export interface FileWatcher {
  /** Watches what this target is made from; resolves when every change from now on will be seen. */
  follow(target: Target): Promise<void>;
  close(): Promise<void>;
}

interface Context {
  readonly folder: string;
  readonly dockerfile: string;
  readonly ignore: Ignore;
}

// What editors leave beside the file that is being edited: typing is no reason to build.
const EDITOR_FILE = /^(\..*\.sw[a-z]|.*~|\.#.*|#.*#|4913|.*___jb_(tmp|old)___)$/;

export function watchFiles(root: string, emit: (event: LoopEvent) => void, nowMs: () => number): FileWatcher {
  let watcher: FSWatcher | null = null;
  let followed: Target | null = null;
  const pending = batch(changed, () => existsSync(join(root, ".git/index.lock")));
  return { follow, close: async () => (pending.cancel(), await watcher?.close()) };

  async function follow(target: Target): Promise<void> {
    const { watch } = await import("chokidar");
    const contexts = await Promise.all(
      target.images.map(({ build }) => contextOf(root, build.context, build.dockerfile)),
    );
    const inputs = target.inputPaths.map((path) => resolve(root, path));
    // Their folders, not the files: a file that is deleted and comes back is another one.
    const folders = new Set([...contexts.map(({ folder }) => folder), ...inputs.map((path) => dirname(path))]);
    const next = watch([...folders], {
      ignored: (path) => !folders.has(resolve(path)) && isIgnored(resolve(path), contexts, inputs),
      ignoreInitial: true,
      // It would keep deletions back for 100 ms to recognise atomic saves; the content's digest does that here.
      atomic: false,
    });
    next.on("all", (_, path) => pending.add(relative(root, resolve(path)).split(sep).join("/")));
    next.on("error", (error) => emit({ type: "noticed", finding: watchFailed(error) }));
    await new Promise<void>((done) => next.once("ready", () => done()));
    await watcher?.close();
    [watcher, followed] = [next, target];
  }

  function changed(paths: readonly string[]): void {
    emit({ type: "files-changed", paths, atMs: nowMs() });
    // Other rules: other folders to watch.
    if (followed && paths.some((path) => path.endsWith(".dockerignore"))) void follow(followed);
  }
}

async function contextOf(root: string, context: string, dockerfile: string): Promise<Context> {
  const folder = resolve(root, context);
  return { folder, dockerfile: join(folder, dockerfile), ignore: await readIgnore(folder, dockerfile) };
}

/** Whether no context and no registry has use for a path: ignored folders are never entered. */
function isIgnored(path: string, contexts: readonly Context[], inputs: readonly string[]): boolean {
  if (inputs.includes(path)) return false;
  if (EDITOR_FILE.test(basename(path))) return true;
  return !contexts.some((context) => isWatchedIn(context, path));
}

function isWatchedIn({ folder, dockerfile, ignore }: Context, path: string): boolean {
  if (path === folder || path === dockerfile) return true;
  if (!path.startsWith(folder + sep)) return false;
  const inside = path
    .slice(folder.length + 1)
    .split(sep)
    .join("/");
  return inside.endsWith(".dockerignore") || !ignore.skipsFolder(inside);
}

function watchFailed(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const isLimit = isNodeError(error) && (error.code === "ENOSPC" || error.code === "EMFILE");
  const fix = isLimit
    ? "raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
    : "start the loop again";
  return {
    code: "WATCH_FAILED",
    severity: "warning",
    where: "file watching",
    message: `some changes may not be seen: ${message}`,
    fix,
  };
}
