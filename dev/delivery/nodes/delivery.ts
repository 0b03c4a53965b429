import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError, userError } from "../../../tools/lib/errors.ts";
import { EngineUnreachable, isConnectionError } from "../../build/engine-failure.ts";
import type { Engine } from "../../build/engine.ts";
import type { DeliverStep } from "../../core/step.ts";
import type { DeliveryOptions, OpenDelivery } from "../cluster-type.ts";
import { diskKeeper } from "../disk/keeper.ts";
import { archiveOf } from "../images/archive.ts";
import { type ImageSource, imageSource } from "../images/source.ts";
import { removeLeftovers } from "../sink/leftovers.ts";
import { type NodeImages, nodeFailed } from "./containerd.ts";
import { nodeName } from "./names.ts";
import { nodeNaming } from "./naming.ts";
import { NodeOutOfReach } from "./shell.ts";

// A node that was restarted answers again after some ten seconds.
const REACH_TIMEOUT_MS = 60_000;

/** Puts images into nodes that have a containerd of their own: what any of them lacks, into all of them at once. */
export function nodeDelivery(
  nodes: readonly NodeImages[],
  engine: () => Promise<Engine>,
  { notice = () => undefined }: DeliveryOptions = {},
): OpenDelivery {
  const running = new Set<Promise<unknown>>();
  const ended = new AbortController();
  const keeper = diskKeeper(nodes, engine, notice);
  const naming = nodeNaming(nodes, notice);
  let opened: Promise<ImageSource> | null = null;
  const source = (): Promise<ImageSource> =>
    (opened ??= engine().then((connected) => {
      void removeLeftovers(connected);
      return imageSource(
        connected,
        (digest) => knownToAll(nodes, digest),
        () => notice(slow),
      );
    }));
  const deliver = async (step: DeliverStep, signal: AbortSignal): Promise<boolean> => {
    const lacking = await lackingOf(nodes, step, signal);
    if (lacking.length > 0) await sendTo(lacking, nodes, await source(), step, signal);
    return lacking.length === 0;
  };
  return {
    async deliver(step, signal) {
      const own = AbortSignal.any([signal, ended.signal]);
      // Every node's commands listen to it: that is no leak.
      setMaxListeners(0, own);
      const work = untilReached(() => deliver(step, own), own);
      running.add(work);
      const wasThere = await work.finally(() => running.delete(work));
      naming.delivered(step, wasThere);
      keeper.delivered(step);
      // What another delivery is about to send may be the same.
      if (running.size === 0) await opened?.then(({ blobs }) => blobs.clear());
      return wasThere;
    },
    async close() {
      ended.abort(new Error("the session has ended"));
      await Promise.all([naming.close(), keeper.close()]);
      await Promise.allSettled(running);
      await Promise.all(nodes.map((node) => node.close()));
      await opened?.then((from) => from.close()).catch(() => undefined);
    },
  };
}

/** The nodes that cannot start it. */
async function lackingOf(
  nodes: readonly NodeImages[],
  { tag }: DeliverStep,
  signal: AbortSignal,
): Promise<readonly NodeImages[]> {
  const name = nodeName(tag);
  // What was never sent needs no question: that is every image that has just been built.
  const found = await Promise.all(nodes.map((node) => node.statuses([name], signal)));
  return nodes.filter((_, i) => !found[i]?.get(name)?.isUsable);
}

/** Sends what the nodes lack by what they listed; then by what they list now; then everything. */
async function sendTo(
  lacking: readonly NodeImages[],
  all: readonly NodeImages[],
  source: ImageSource,
  step: DeliverStep,
  signal: AbortSignal,
): Promise<void> {
  let targets = lacking;
  let failures: readonly Failure[] = [];
  for (const attempt of ["listed", "refreshed", "whole"]) {
    if (attempt !== "listed") await Promise.all(targets.map((node) => node.refresh(signal)));
    if (attempt === "whole") for (const node of targets) node.distrust(failures.flatMap(({ digests }) => digests));
    failures = await sendOnce(targets, all, source, step, signal);
    if (failures.length === 0) {
      if (attempt !== "listed") await Promise.all(targets.map((node) => node.settled(nodeName(step.tag), signal)));
      return;
    }
    targets = failures.map(({ node }) => node);
    if (failures.some(({ why }) => /no space left/.test(why))) break;
  }
  throw new UserError(failures.flatMap(({ node, why }) => refusal(node, step, why).findings));
}

interface Failure {
  readonly node: NodeImages;
  readonly why: string;
  /** All that the image consists of. */
  readonly digests: readonly string[];
}

async function sendOnce(
  nodes: readonly NodeImages[],
  all: readonly NodeImages[],
  source: ImageSource,
  step: DeliverStep,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const image = await source.get(step.tag, signal);
  const isSent = (digest: string): boolean =>
    source.blobs.size(digest) !== null && knownToAll(nodes, digest) === null && knownToAll(all, digest) === null;
  const sent = image.blobs.filter(({ digest }) => isSent(digest)).map(({ digest, size }) => [digest, size] as const);
  const archive = archiveOf(image, nodeName(step.tag), source.blobs, isSent);
  const has = new Map([...sent, [image.manifest.digest, image.manifest.size] as const]);
  const answers = await Promise.all(nodes.map((node) => node.load(archive, nodeName(step.tag), has, signal)));
  const digests = image.blobs.map(({ digest }) => digest);
  return nodes.flatMap((node, i) => {
    const why = answers[i] ?? null;
    return why === null ? [] : [{ node, why, digests }];
  });
}

/** The size of a blob that all of the nodes have. */
function knownToAll(nodes: readonly NodeImages[], digest: string): number | null {
  const sizes = nodes.map((node) => node.knownSize(digest));
  return sizes.includes(null) ? null : (sizes[0] ?? null);
}

/** Tries again while a node does not answer: it may be on its way back. */
async function untilReached<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadlineMs = performance.now() + REACH_TIMEOUT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NodeOutOfReach || isConnectionError(error))) throw error;
      if (performance.now() > deadlineMs)
        throw isConnectionError(error) ? new EngineUnreachable(error) : outOfReach(error);
      await sleep(500, undefined, { signal });
    }
  }
}

function refusal({ name }: NodeImages, { tag }: DeliverStep, why: string): UserError {
  return nodeFailed(name, `the node did not take ${tag}: ${why}`);
}

function outOfReach(error: Error): UserError {
  const fix = "docker ps -a lists the nodes; start the one that has stopped: docker start NODE";
  return userError("NODE_OUT_OF_REACH", "cluster", `a node does not answer: ${error.message}`, fix);
}

const slow = {
  code: "DELIVERY_SLOW",
  severity: "warning",
  where: "Docker engine",
  message: "it cannot push to a port of this machine, so it packs the whole image for every delivery",
  fix: "nothing to do: only what the nodes lack is sent to them all the same (docs/clusters.md says which engines do this)",
} as const;
