import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, UserError } from "../../../tools/lib/errors.ts";
import type { DeliverStep } from "../../core/step.ts";
import type { NodeImages } from "./containerd.ts";
import { namesOf } from "./names.ts";

/**
 * Calls delivered images also as the overlays do, `mage/core:dev`: for whoever applies those by hand. Pods of the loop have
 * the name by content, so none of them waits for this: a second name of an archive takes a node a quarter of an import.
 */
export interface Naming {
  /** `wasThere`: no node lacked the image, so that each may call it so already. */
  delivered(step: DeliverStep, wasThere: boolean): void;
  /** Waits a second for what is under way. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 1_000;

export function nodeNaming(nodes: readonly NodeImages[], notice: (finding: Finding) => void): Naming {
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  // One after the other: the later delivery's image is what the name means in the end.
  let work: Promise<unknown> = Promise.resolve();
  const name = async (step: DeliverStep, wasThere: boolean): Promise<void> => {
    await Promise.all(nodes.map((node) => nameIn(node, step, wasThere, ended.signal)));
  };
  const tell = (error: unknown): void => {
    if (ended.signal.aborted || !(error instanceof UserError)) return;
    for (const finding of error.findings) notice({ ...finding, severity: "warning" });
  };
  return {
    // A node that is out of reach is asked again with the next delivery.
    delivered: (step, wasThere) => void (work = work.then(() => name(step, wasThere)).catch(tell)),
    async close() {
      await Promise.race([work, sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
      ended.abort(new Error("the session has ended"));
      await work;
    },
  };
}

async function nameIn(node: NodeImages, step: DeliverStep, wasThere: boolean, signal: AbortSignal): Promise<void> {
  const [tag = "", deployed] = namesOf(step);
  if (deployed === undefined) return;
  const found = wasThere ? await node.statuses([tag, deployed], signal) : null;
  const isNamed = found?.has(tag) && found.get(tag)?.digest === found.get(deployed)?.digest;
  if (!isNamed) await node.tag(tag, deployed, signal);
}
