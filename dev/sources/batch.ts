/** Collects changed paths until they have been quiet for a while, then hands them over at once. */
export interface Batch {
  add(path: string): void;
  /** Git is at work: what changes now belongs together. */
  noteGit(): void;
  cancel(): void;
}

/** However restless the files are, nobody waits longer than this for the first of them. */
const LONGEST_MS = 500;

/** A checkout is one change, however long it takes; git that was killed leaves its lock behind, so this has an end too. */
const LONGEST_GIT_MS = 10_000;

const GIT_QUIET_MS = 100;

/**
 * How long to wait after the last of `pending` changed paths: next to nothing for a save, longer for a checkout, whose
 * files come with gaps of up to 70 ms.
 */
export function quietMs(pending: number, isGitBusy: boolean): number {
  if (isGitBusy || pending > 20) return GIT_QUIET_MS;
  return pending <= 5 ? 10 : 10 + (pending - 5) * 6;
}

/** `isGitLocked` is asked only when a batch could end. */
export function batch(onBatch: (paths: readonly string[]) => void, isGitLocked: () => boolean): Batch {
  const pending = new Set<string>();
  let [firstMs, lastMs, gitMs] = [0, 0, -Infinity];
  let timer: NodeJS.Timeout | null = null;
  return { add, noteGit: () => void (gitMs = performance.now()), cancel: () => clearTimeout(timer ?? undefined) };

  function add(path: string): void {
    lastMs = performance.now();
    if (pending.size === 0) firstMs = lastMs;
    pending.add(path);
    timer ??= setTimeout(endOrWait, quietMs(1, false));
  }

  function endOrWait(): void {
    const waitMs = restMs(performance.now());
    timer = waitMs > 0 ? setTimeout(endOrWait, Math.ceil(waitMs)) : null;
    if (timer !== null) return;
    const paths = [...pending];
    pending.clear();
    onBatch(paths);
  }

  function restMs(nowMs: number): number {
    const isBusy = isGitLocked() || nowMs - gitMs < GIT_QUIET_MS;
    const quiet = quietMs(pending.size, isBusy);
    const sinceMs = isBusy ? Math.max(lastMs, gitMs, isGitLocked() ? nowMs : 0) : lastMs;
    const longestMs = isBusy ? LONGEST_GIT_MS : LONGEST_MS;
    return Math.min(firstMs + longestMs, sinceMs + quiet) - nowMs;
  }
}
