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
  /** Names what is still to be named, for a second at most. */
  close(): Promise<void>;
}

/** After the pods that use the new image have begun to start: they need the processors. */
const QUIET_MS = 1_000;
const CLOSE_TIMEOUT_MS = 1_000;

export function nodeNaming(nodes: readonly NodeImages[], notice: (finding: Finding) => void): Naming {
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  /** By the overlays' name: what it means in the end. */
  const waiting = new Map<string, { readonly step: DeliverStep; readonly wasThere: boolean }>();
  let timer: NodeJS.Timeout | null = null;
  let work: Promise<unknown> = Promise.resolve();
  const tell = (error: unknown): void => {
    if (ended.signal.aborted || !(error instanceof UserError)) return;
    for (const finding of error.findings) notice({ ...finding, severity: "warning" });
  };
  const nameAll = async (): Promise<void> => {
    const images = [...waiting.values()];
    waiting.clear();
    const pairs = images.flatMap(({ step, wasThere }) => nodes.map((node) => ({ node, step, wasThere })));
    // A node that is out of reach is asked again with the next delivery.
    await Promise.all(pairs.map(({ node, step, wasThere }) => nameIn(node, step, wasThere, ended.signal).catch(tell)));
  };
  const begin = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    work = work.then(nameAll);
  };
  return {
    delivered(step, wasThere) {
      waiting.set(step.image.reference, { step, wasThere });
      timer ??= setTimeout(begin, QUIET_MS).unref();
    },
    async close() {
      begin();
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
