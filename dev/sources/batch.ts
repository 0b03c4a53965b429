/** Collects changed paths until they have been quiet for a while, then hands them over at once. */
export interface Batch {
  add(path: string): void;
  cancel(): void;
}

/** However restless the files are, nobody waits longer than this for the first of them. */
const LONGEST_MS = 500;

/**
 * How long to wait after the last of `pending` changed paths: next to nothing for a save, longer for a checkout, whose
 * files come with gaps of up to 70 ms.
 */
export function quietMs(pending: number, isGitBusy: boolean): number {
  if (isGitBusy || pending > 20) return 100;
  return pending <= 5 ? 10 : 10 + (pending - 5) * 6;
}

export function batch(onBatch: (paths: readonly string[]) => void, isGitBusy: () => boolean): Batch {
  const pending = new Set<string>();
  let firstMs = 0;
  let timer: NodeJS.Timeout | undefined;
  return { add, cancel: () => clearTimeout(timer) };

  function add(path: string): void {
    if (pending.size === 0) firstMs = Date.now();
    pending.add(path);
    clearTimeout(timer);
    const restMs = Math.max(0, firstMs + LONGEST_MS - Date.now());
    timer = setTimeout(flush, Math.min(restMs, quietMs(pending.size, isGitBusy())));
  }

  function flush(): void {
    const paths = [...pending];
    pending.clear();
    onBatch(paths);
  }
}
