import { isWithin } from "../../tools/registry/develop.ts";
import type { Way } from "./channels.ts";
import { CopyFailed } from "./container.ts";
import type { WantedFile } from "./host-files.ts";
import type { Replica } from "./replicas.ts";

/** How long a program may take to end when it is asked to. */
const GRACE_MS = 2000;

/** What starts the program again in place, as part of the order that copies; null where nobody in the container can. */
export function restartLine({ isSupervised }: Replica, { process }: Way): string | null {
  return isSupervised ? `kill -HUP ${process}` : null;
}

/** Whether files are still there when the kubelet starts the container again: only volumes stay. */
export function outlivesContainer({ mounts }: Replica, files: readonly WantedFile[]): boolean {
  return files.every(({ path }) => mounts.some((mount) => isWithin(path, mount)));
}

/**
 * Ends the container's first process, so that the kubelet starts the container again. TERM first: one that has no handler
 * for it ignores it, and only the node can do more. Throws `CopyFailed`.
 */
export async function endContainer(way: Way, throughNode: (() => Promise<Way>) | null): Promise<void> {
  const ended = way.shell.closed.then(() => true);
  await way.shell.run({ line: `kill -TERM ${way.process}`, input: [] }).catch(() => undefined);
  if (way.root === "" && (await Promise.race([ended, after(GRACE_MS)]))) return;
  if (throughNode === null) throw new CopyFailed("its program does not end when it is asked to");
  const node = way.root === "" ? await throughNode() : way;
  if (way.root !== "") await after(GRACE_MS);
  await node.shell.run({ line: `kill -KILL ${node.process} 2>/dev/null; true`, input: [] });
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
