import { statfs } from "node:fs/promises";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Engine } from "./engine.ts";
import type { EngineDisk } from "./engine-disk.ts";
import { type OwnImage, surplusImages } from "./surplus.ts";

export interface HostBound {
  /** References that this session uses. */
  readonly keep: readonly string[];
  /** How many contents of each image stay, for whoever goes back to one. */
  readonly last?: number;
  /** What BuildKit's cache is cut down to where it is larger; null leaves it alone, as looking takes the engine a while. */
  readonly cacheBytes: number | null;
}

export interface Bounded {
  /** References and ids of images that were removed. */
  readonly removed: readonly string[];
  /** Bytes of BuildKit's cache. */
  readonly prunedBytes: number;
  /** A disk that is nearly full. */
  readonly finding: Finding | null;
}

const LAST = 3;

// The cache is shared with every other project: enough for all of them, and an end to what would grow without one.
export const CACHE_BYTES = 20 * 2 ** 30;

const LEAST_FREE = 0.1;

/**
 * Bounds what building leaves on the engine's disk: after a cycle, and at start, when it also takes what a killed session
 * left behind. Touches images with our label alone, and never what a container uses.
 */
export async function boundHost(
  { disk }: Pick<Engine, "disk">,
  { keep, last = LAST, cacheBytes }: HostBound,
): Promise<Bounded> {
  const [images, used] = await Promise.all([imagesInOrder(disk, last), disk.usedImages()]);
  const removed: string[] = [];
  for (const reference of surplusImages(images, used, new Set(keep), last))
    if (await disk.remove(reference)) removed.push(reference);
  const prunedBytes = cacheBytes === null ? 0 : await boundCache(disk, cacheBytes);
  return { removed, prunedBytes, finding: await nearlyFull(await disk.dataFolder()) };
}

/** An image whose layers were all in the cache was created when the layers were: where it matters the engine is asked. */
async function imagesInOrder(disk: EngineDisk, last: number): Promise<readonly OwnImage[]> {
  const images = await disk.ownImages();
  const counts = new Map<string, number>();
  for (const { name } of images) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Promise.all(
    images.map(async (image) => {
      if ((counts.get(image.name) ?? 0) <= last) return image;
      return { ...image, taggedAtMs: (await disk.taggedAtMs(image.id)) ?? image.taggedAtMs };
    }),
  );
}

async function boundCache(disk: EngineDisk, cacheBytes: number): Promise<number> {
  return (await disk.cacheBytes()) > cacheBytes ? disk.pruneCache(cacheBytes) : 0;
}

async function nearlyFull(folder: string): Promise<Finding | null> {
  // Where the engine runs in a virtual machine its disk cannot be seen from here.
  const { bavail = 1, blocks = 1, bsize = 0 } = (await statfs(folder).catch(() => null)) ?? {};
  if (bavail / blocks >= LEAST_FREE) return null;
  const left = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB (${Math.round((bavail / blocks) * 100)} %)`;
  return {
    code: "DISK_NEARLY_FULL",
    severity: "warning",
    where: folder,
    message: `${left} are left on the disk of the Docker engine; nodes stop running pods at about 10 %`,
    fix: "remove what nothing uses: docker system df shows it, docker image prune --all and docker builder prune remove it",
  };
}
