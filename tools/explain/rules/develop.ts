import { SYNC_NAME, folderOf, isCopied, isRestarted, placedFolders } from "../../registry/develop.ts";
import type { Path } from "../../registry/source.ts";
import { type Cause, type Match, rule, service } from "../rule.ts";

// What `develop` changes in environments of the profile local; nothing elsewhere.

/** What is below `develop` at `path` decides about the service's own container. */
export function developed(match: Match, ...path: Path): Cause[] {
  return isOwnContainer(match) ? [service("develop", ...path)] : [];
}

/** What runs in the service's own container, and in the one that fills the volume for files. */
export function developedProgram(match: Match): Cause[] {
  if (match.captures["container"] === SYNC_NAME) return roomForFiles(match);
  const [command] = developed(match, "command");
  if (!command) return [];
  const isSupervised = match.effective !== null && isRestarted(match.effective);
  return [command, ...(isSupervised ? [rule("so that the loop can start the program again")] : [])];
}

/** The rules that copy files, where the root file system is read-only: all of them, or those that copy into a folder. */
export function roomForFiles(match: Match, folder?: string): Cause[] {
  const { effective } = match;
  if (!isDeveloped(match) || effective === null || placedFolders(effective).length === 0) return [];
  return (effective.develop?.watch ?? []).flatMap((entry, i) =>
    isCopied(entry) && (folder === undefined || folderOf(entry) === folder) ? [service("develop", "watch", i)] : [],
  );
}

/** They count as what the service's own container stores. */
export function storageForFiles(match: Match): Cause[] {
  return isOwnContainer(match) ? roomForFiles(match) : [];
}

function isOwnContainer(match: Match): boolean {
  const { captures, effective, owner } = match;
  return isDeveloped(match) && captures["container"] === (effective?.containerName ?? owner);
}

function isDeveloped({ settings }: Match): boolean {
  return settings.profile === "local";
}
