import { statfs } from "node:fs/promises";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Engine } from "./engine.ts";
import type { EngineDisk } from "./engine-disk.ts";
import { type Space, lowDisk } from "./low-disk.ts";
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
  /** That the cache was cut down, as others use it too; a disk that is nearly full. */
  readonly findings: readonly Finding[];
}

const LAST = 3;

// The cache is shared with every other project: enough for all of them, and an end to what would grow without one.
export const CACHE_BYTES = 20 * 2 ** 30;

/**
 * Bounds what building leaves on the engine's disk, what a killed session left too. Of images it touches those with our
 * label alone, and never what a container uses; a cache has no labels.
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
  const space = await spaceOf(disk);
  const low = space ? [lowDisk("Docker engine", space)] : [];
  return { removed, prunedBytes, findings: [...cacheCut(prunedBytes), ...low].filter((finding) => finding !== null) };
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

function cacheCut(bytes: number): Finding[] {
  if (bytes === 0) return [];
  const message = `${(bytes / 2 ** 30).toFixed(1)} GiB that were not used for the longest time were removed from its build cache`;
  const fix = `none is needed: ${CACHE_BYTES / 2 ** 30} GiB are kept, for all projects together`;
  return [{ code: "BUILD_CACHE_CUT", severity: "warning", where: "Docker engine", message, fix }];
}

async function boundCache(disk: EngineDisk, cacheBytes: number): Promise<number> {
  return (await disk.cacheBytes()) > cacheBytes ? disk.pruneCache(cacheBytes) : 0;
}

/** Where the engine runs in a virtual machine its disk cannot be seen from here. */
export async function spaceOf(disk: Pick<EngineDisk, "dataFolder">): Promise<Space | null> {
  const found = await statfs(await disk.dataFolder()).catch(() => null);
  return found && { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize };
}
