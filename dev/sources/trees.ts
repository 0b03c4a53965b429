import { dirname, join } from "node:path";
import { type FolderEvents, type FolderWatcher, type WatchFolder, watchFolders } from "./folders.ts";
import type { Interest } from "./interest.ts";
import { countTurn } from "./overflow.ts";

/**
 * Watches whole trees, for kernels that can: of macOS and Windows one watch covers a tree, while one for each folder
 * would be costly there. Events of what does not matter are dropped.
 */
export function watchTrees(interest: Interest, events: FolderEvents, watch: WatchFolder): FolderWatcher {
  const count = countTurn(events.onLost);
  const tops = [...new Set(interest.tops)];
  try {
    const watchers = tops.map((top) =>
      watch(top, { recursive: true }, (_, name) => {
        count();
        const path = name === null ? top : join(top, name);
        if (isOnTheWay(interest, top, path) && interest.isWanted(path)) events.onChange(path);
      }),
    );
    return {
      rescan: () => undefined,
      close: () => {
        for (const watcher of watchers) watcher.close();
      },
    };
  } catch {
    return watchFolders(interest, events, watch);
  }
}

function isOnTheWay(interest: Interest, top: string, path: string): boolean {
  const folder = dirname(path);
  return path === top || folder === top || (interest.isEntered(folder) && isOnTheWay(interest, top, folder));
}
