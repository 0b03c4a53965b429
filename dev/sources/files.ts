import { watch as watchFolder } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { ignoreOf, readIgnore } from "../../tools/sources/ignore.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Target } from "../core/target.ts";
import { batch } from "./batch.ts";
import { type FolderWatcher, type WatchFolder, watchFolders } from "./folders.ts";
import { watchGit } from "./git.ts";
import { type Interest, type WatchedFolder, interestIn } from "./interest.ts";
import { limitWarnings } from "./limits.ts";
import { watchTrees } from "./trees.ts";

/** Watches build contexts, the registry's own files and whatever else a target is made from, and nothing else. */
export interface FileWatcher {
  /** Watches what this target is made from; resolves when every change from now on will be seen. */
  follow(target: Target): Promise<void>;
  close(): Promise<void>;
}

export function watchFiles(
  root: string,
  emit: (event: LoopEvent) => void,
  nowMs: () => number,
  watch: WatchFolder = watchFolder as WatchFolder,
): FileWatcher {
  const top = resolve(root);
  const warn = limitWarnings((finding) => emit({ type: "noticed", finding }));
  let watcher: FolderWatcher | null = null;
  let followed: { readonly target: Target; readonly key: string; readonly interest: Interest } | null = null;
  const git = watchGit(() => pending.noteGit());
  const pending = batch(changed, () => git.isLocked());
  return { follow, close: async () => (pending.cancel(), git.close(), watcher?.close()) };

  async function follow(target: Target): Promise<void> {
    const key = keyOf(target);
    if (followed?.key === key) return;
    const folders = await foldersOf(top, target);
    const interest = interestIn(top, folders, filesOf(top, target));
    const before = watcher;
    const watchAll = process.platform === "linux" ? watchFolders : watchTrees;
    watcher = watchAll(interest, { onChange: note, onLost: lost, onUnwatchable: warn.unwatchable }, watch);
    before?.close();
    git.follow([top, ...folders.map(({ folder }) => folder)]);
    followed = { target, key, interest };
  }

  function note(path: string): void {
    pending.add(relative(top, path).split(sep).join("/"));
  }

  function changed(paths: readonly string[]): void {
    // Other rules: other folders to watch.
    if (followed && paths.some((path) => path.endsWith(".dockerignore"))) void followAgain(followed);
    emit({ type: "files-changed", paths, atMs: nowMs() });
  }

  /** As it was before, until what it cannot read now can be read: the digest says what is wrong with it. */
  async function followAgain(before: NonNullable<typeof followed>): Promise<void> {
    followed = null;
    await follow(before.target).catch(() => (followed ??= before));
  }

  function lost(): void {
    warn.overflow();
    watcher?.rescan();
    followed?.interest.everything.forEach(note);
  }
}

/** The same for targets that are made from the same files. */
function keyOf({ images, inputPaths, services }: Target): string {
  return JSON.stringify([images.map(({ build }) => build), inputPaths, services.map(({ watch }) => watch)]);
}

async function foldersOf(root: string, { images, services }: Target): Promise<readonly WatchedFolder[]> {
  const contexts = images.map(async ({ build }) => {
    const folder = resolve(root, build.context);
    return { folder, ignore: await readIgnore(folder, build.dockerfile) };
  });
  const rules = services.flatMap(({ watch }) => watch);
  return [
    ...(await Promise.all(contexts)),
    ...rules.map(({ path, ignore }) => ({ folder: resolve(root, path), ignore: ignoreOf(ignore.join("\n")) })),
  ];
}

/** Single files: what the registry names, recipes (which may be ignored, or lie outside of their context), secrets of builds. */
function filesOf(root: string, { images, inputPaths }: Target): readonly string[] {
  const recipes = images.map(({ build }) => join(build.context, build.dockerfile));
  const secrets = images.flatMap(({ build }) =>
    Object.values(build.secrets).flatMap((source) => ("file" in source ? [source.file] : [])),
  );
  return [...new Set([...inputPaths, ...recipes, ...secrets])].map((path) => resolve(root, path));
}
