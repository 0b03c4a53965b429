import type { Finding } from "../../../tools/lib/errors.ts";
import { spaceOf } from "../../build/disk.ts";
import type { Engine } from "../../build/engine.ts";
import { type Space, lowDisk } from "../../build/low-disk.ts";
import type { DeliverStep } from "../../core/step.ts";
import type { NodeImages } from "../nodes/containerd.ts";
import { freeSpace } from "../nodes/listings.ts";
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

/** Looks at the nodes' disks, once a minute at most, and tells of each that is nearly full; of none of them twice. */
function spaceWatch(
  nodes: readonly NodeImages[],
  engine: () => Promise<Engine>,
  notice: (finding: Finding) => void,
): (signal: AbortSignal) => Promise<void> {
  const told = new Set<string>();
  let lookedAtMs = -SPACE_EVERY_MS;
  return async (signal) => {
    if (performance.now() - lookedAtMs < SPACE_EVERY_MS) return;
    lookedAtMs = performance.now();
    const engines = await spaceOf((await engine()).disk);
    for (const node of nodes) {
      const space = freeSpace(await node.ask(["df", "-Pk", node.containerd.folder], signal));
      // A node that is a container has the engine's disk, of which is told anyway.
      const finding = space && !isSameDisk(space, engines) ? lowDisk(`node ${node.name}`, space) : null;
      if (finding && !told.has(node.name)) notice(finding);
      if (finding) told.add(node.name);
    }
  };
}

function isSameDisk({ totalBytes }: Space, other: Space | null): boolean {
  return other !== null && Math.abs(totalBytes - other.totalBytes) < 2 ** 20;
}
