import { posix } from "node:path";
import type { WatchEntry } from "./schema/develop.ts";
import type { Service } from "./schema/service.ts";

// What `develop` means for a service's container; rules and models must agree on it.

/** Name of the volume into which files are copied, and of the init container that fills it. */
export const SYNC_NAME = "slipway-sync";

/** Program and arguments, as far as the registry knows them: null where the image alone says what runs. */
export function programOf({ develop, command, args }: Service): readonly string[] | null {
  return develop?.command ?? (command ? [...command, ...(args ?? [])] : null);
}

/** Whether its process is started again in place. */
export function isRestarted({ develop }: Service): boolean {
  return (develop?.watch ?? []).some(({ action }) => action === "sync+restart");
}

export function isCopied({ action }: Pick<WatchEntry, "action">): boolean {
  return action.startsWith("sync");
}

/**
 * The folder of the container into which a rule writes. Sources are no input, so a name with an extension is taken for
 * a file's: `main.py` → `/app/main.py` writes into `/app`.
 */
export function folderOf({ path, target = "/" }: Pick<WatchEntry, "path" | "target">): string {
  const folder = posix.normalize(target).replace(/(?<=.)\/+$/, "");
  const isFile = posix.extname(posix.normalize(path)) !== "" && posix.extname(folder) !== "";
  return isFile ? posix.dirname(folder) : folder;
}

/**
 * Folders that must become writable: a read-only root file system takes no file. Where a volume of the service's own
 * lies, nothing is placed; nor below another folder of the list.
 */
export function placedFolders(service: Service): readonly string[] {
  if (service.securityContext?.container?.readOnlyRootFilesystem !== true) return [];
  const mounted = Object.values(service.volumes ?? {}).map(({ mountPath }) => mountPath);
  const folders = (service.develop?.watch ?? [])
    .filter(isCopied)
    .map(folderOf)
    .filter((folder) => ![...mounted, "/tmp"].some((mount) => isWithin(folder, mount)));
  const unique = [...new Set(folders)].toSorted();
  return unique.filter((folder) => !unique.some((other) => other !== folder && isWithin(folder, other)));
}

/** Whether a path of the container is `folder` or inside it. */
export function isWithin(path: string, folder: string): boolean {
  const clean = folder.replace(/\/+$/, "");
  return path === clean || path.startsWith(`${clean}/`);
}
