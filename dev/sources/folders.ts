import type { FSWatcher, WatchEventType } from "node:fs";
import { basename, join, sep } from "node:path";
import { isNodeError } from "../../tools/lib/files.ts";
import { statOrNull } from "../../tools/lib/stats.ts";
import type { Interest } from "./interest.ts";
import { foldersIn, pathsIn } from "./listing.ts";
import { countTurn } from "./overflow.ts";
import { type Poller, pollFolders } from "./poll.ts";

/** `fs.watch`, or what stands in for it. */
export type WatchFolder = (
  folder: string,
  options: { readonly recursive: boolean },
  listener: (event: WatchEventType, name: string | null) => void,
) => FSWatcher;

export interface FolderEvents {
  /** Absolute path of something that has come, changed or gone; a folder stands for all that is in it. */
  readonly onChange: (path: string) => void;
  /** Some changes may not have been seen. */
  readonly onLost: () => void;
  /** A folder that cannot be watched: it is looked at twice a second instead. */
  readonly onUnwatchable: (error: NodeJS.ErrnoException) => void;
}

export interface FolderWatcher {
  /** Begins anew: whatever was missed, what is there now is watched. */
  rescan(): void;
  close(): void;
}

interface Watching {
  readonly interest: Interest;
  readonly events: FolderEvents;
  readonly watch: WatchFolder;
  readonly watchers: Map<string, FSWatcher>;
  readonly poller: Poller;
  readonly count: () => void;
}

/**
 * Watches all folders that matter, each by itself: so those that are ignored cost nothing, and no file needs a watch of
 * its own. It is how the Linux kernel does it; see `watchTrees` for the others.
 */
export function watchFolders(interest: Interest, events: FolderEvents, watch: WatchFolder): FolderWatcher {
  const poller = pollFolders(interest, {
    onChange: (path) => changed(watching, path),
    onFolder: (path) => replaced(watching, path),
  });
  const watching: Watching = { interest, events, watch, watchers: new Map(), poller, count: countTurn(events.onLost) };
  const close = (): void => {
    for (const top of interest.tops) leave(watching, top);
  };
  const rescan = (): void => {
    close();
    for (const top of interest.tops) enter(watching, top);
  };
  rescan();
  return { rescan, close: () => (close(), poller.close()) };
}

function enter(watching: Watching, folder: string): void {
  if (!isFolder(folder) || !watching.interest.isEntered(folder)) return;
  if (!isKnown(watching, folder)) open(watching, folder);
  for (const path of foldersIn(folder, watching.interest)) enter(watching, path);
}

function open(watching: Watching, folder: string): void {
  try {
    const watcher = watching.watch(folder, { recursive: false }, (event, name) => seen(watching, folder, event, name));
    watcher.on("error", () => leave(watching, folder));
    watching.watchers.set(folder, watcher);
  } catch (error) {
    if (!isNodeError(error)) throw error;
    // It has just gone.
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return;
    watching.events.onUnwatchable(error);
    watching.poller.add(folder);
  }
}

function seen(watching: Watching, folder: string, event: WatchEventType, name: string | null): void {
  watching.count();
  if (name === null) return changed(watching, folder);
  const path = join(folder, name);
  // A folder that is removed tells it by its own name, as if it were in itself.
  if (event === "rename" && name === basename(folder) && !isFolder(folder)) return gone(watching, folder);
  if (event === "rename") replaced(watching, path);
  changed(watching, path);
}

function gone(watching: Watching, folder: string): void {
  leave(watching, folder);
  changed(watching, folder);
}

/** What had this name is another thing now, even if it looks the same; what is in it has come before it was watched. */
function replaced(watching: Watching, path: string): void {
  if (isKnown(watching, path)) leave(watching, path);
  enter(watching, path);
  tellBelow(watching, path);
  // With a folder on the way to it a whole context comes and goes.
  for (const one of watching.interest.everything) if (one.startsWith(path + sep)) changed(watching, one);
}

function tellBelow(watching: Watching, folder: string): void {
  if (!isKnown(watching, folder)) return;
  for (const path of pathsIn(folder)) {
    changed(watching, path);
    tellBelow(watching, path);
  }
}

function changed({ interest, events }: Watching, path: string): void {
  if (interest.isWanted(path)) events.onChange(path);
}

function leave({ watchers, poller }: Watching, folder: string): void {
  poller.remove(folder);
  for (const [path, watcher] of watchers) {
    if (path !== folder && !path.startsWith(folder + sep)) continue;
    watcher.close();
    watchers.delete(path);
  }
}

function isKnown({ watchers, poller }: Watching, folder: string): boolean {
  return watchers.has(folder) || poller.has(folder);
}

function isFolder(path: string): boolean {
  return statOrNull(path)?.isDirectory() === true;
}
