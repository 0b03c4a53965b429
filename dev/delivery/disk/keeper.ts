import { statfs } from "node:fs/promises";
import type { Finding } from "../../../tools/lib/errors.ts";
import type { Engine } from "../../build/engine.ts";
import type { DeliverStep } from "../../core/step.ts";
import type { NodeImages } from "../nodes/containerd.ts";
import { freeSpace } from "../nodes/listings.ts";
import { isLow } from "./keep.ts";
import { type Facts, removeOld } from "./old-images.ts";

/** Keeps the nodes' disks bounded, while nobody waits for it. */
export interface DiskKeeper {
  /** An image is in the nodes: older ones may be too many now. */
  delivered(step: DeliverStep): void;
  close(): Promise<void>;
}

// After the pods that use the new image have begun to start.
const QUIET_MS = 2_000;
const SPACE_EVERY_MS = 60_000;

export function diskKeeper(
  nodes: readonly NodeImages[],
  engine: () => Promise<Engine>,
  notice: (finding: Finding) => void,
  quietMs = QUIET_MS,
): DiskKeeper {
  const stop = new AbortController();
  const waiting = new Map<string, DeliverStep>();
  const facts = new Map<NodeImages, Facts>(nodes.map((node) => [node, new Map()]));
  const look = spaceWatch(nodes, engine, notice);
  let work: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  const tidy = async (): Promise<void> => {
    const steps = [...waiting.values()];
    waiting.clear();
    await Promise.all(
      nodes.map(async (node) => {
        for (const step of steps) await removeOld(node, step, facts.get(node) ?? new Map(), stop.signal);
      }),
    );
    await look(stop.signal);
  };
  return {
    delivered(step) {
      waiting.set(step.image.reference, step);
      if (timer) return;
      timer = setTimeout(() => {
        timer = null;
        // What cannot be tidied now is tried again after the next delivery.
        work = work.then(tidy).catch(() => undefined);
      }, quietMs).unref();
    },
    async close() {
      if (timer) clearTimeout(timer);
      stop.abort(new Error("the session has ended"));
      await work;
    },
  };
}

/** Looks at the disks, once a minute at most, and tells of each that is nearly full; of none of them twice. */
function spaceWatch(
  nodes: readonly NodeImages[],
  engine: () => Promise<Engine>,
  notice: (finding: Finding) => void,
): (signal: AbortSignal) => Promise<void> {
  const told = new Set<string>();
  let lookedAtMs = -SPACE_EVERY_MS;
  const tell = (where: string, space: Space | null): void => {
    if (!space || !isLow(space) || told.has(where)) return;
    told.add(where);
    notice(diskLow(where, space));
  };
  return async (signal) => {
    if (performance.now() - lookedAtMs < SPACE_EVERY_MS) return;
    lookedAtMs = performance.now();
    tell("Docker engine", await spaceOfEngine(await engine()));
    for (const node of nodes)
      tell(`node ${node.name}`, freeSpace(await node.ask(["df", "-Pk", node.containerd.folder], signal)));
  };
}

interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Null where the engine's folder is not of this machine: then the nodes say what is free. */
async function spaceOfEngine(engine: Engine): Promise<Space | null> {
  const { dataFolder } = await engine.images.facts();
  const found = await statfs(dataFolder).catch(() => null);
  return found && { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize };
}

function diskLow(where: string, { freeBytes, totalBytes }: Space): Finding {
  const free = `${(freeBytes / 2 ** 30).toFixed(1)} GiB (${Math.floor((100 * freeBytes) / totalBytes)} %)`;
  return {
    code: "DISK_LOW",
    severity: "warning",
    where,
    message: `only ${free} of its disk is free`,
    fix: "docker system df shows what takes it; docker builder prune empties the build cache",
  };
}
