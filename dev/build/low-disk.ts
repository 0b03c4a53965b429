import type { Finding } from "../../tools/lib/errors.ts";

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Free space below which builds and pods begin to fail in ways that are hard to read. */
const LEAST_FREE = 0.1;

/** That a disk is nearly full; null where it is not. */
export function lowDisk(where: string, { freeBytes, totalBytes }: Space): Finding | null {
  if (freeBytes >= totalBytes * LEAST_FREE) return null;
  const free = `${(freeBytes / 2 ** 30).toFixed(1)} GiB (${Math.floor((100 * freeBytes) / totalBytes)} %)`;
  return {
    code: "DISK_LOW",
    severity: "warning",
    where,
    message: `only ${free} of its disk is free`,
    fix: "docker system df shows what takes it; docker image prune --all and docker builder prune remove what nothing uses",
  };
}
