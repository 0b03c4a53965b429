import { PassThrough } from "node:stream";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { userError } from "../../tools/lib/errors.ts";
import { formatImage, normalizeName, parseImage } from "../../tools/model/image.ts";
import type { Engine } from "../build/engine.ts";
import type { DeliverStep } from "../core/step.ts";
import type { ClusterType } from "./cluster-type.ts";

/**
 * kind: each node is a container with a containerd of its own. The image is saved once and streamed into all nodes at
 * the same time, as `kind load docker-image` does it. https://kind.sigs.k8s.io/docs/user/quick-start/#loading-an-image-into-your-cluster
 */
export const kind: ClusterType = {
  id: "kind",
  matches: ({ kindCluster }) => kindCluster !== null,
  delivery: (cluster, engine) => ({ deliver: async (step, signal) => deliver(cluster, await engine(), step, signal) }),
};

// "$1" the image by its content, "$2" the same as the overlay calls it. Names travel as arguments, never inside the script.
const TAG_IF_PRESENT =
  'test -n "$(ctr -n k8s.io images ls -q name=="$1")" && ctr -n k8s.io images tag --force "$1" "$2"';
const IMPORT = 'ctr -n k8s.io images import - && ctr -n k8s.io images tag --force "$1" "$2"';

async function deliver(
  cluster: LockedCluster,
  engine: Engine,
  step: DeliverStep,
  signal: AbortSignal,
): Promise<boolean> {
  const names = [nodeName(step.tag), nodeName(step.image.reference)];
  const has = await Promise.all(
    cluster.nodes.map(({ name }) => engine.exec(name, ["sh", "-c", TAG_IF_PRESENT, "sh", ...names], signal)),
  );
  const missing = cluster.nodes.filter((_, i) => has[i]?.exitCode !== 0).map(({ name }) => name);
  if (missing.length > 0) await importInto(missing, names, engine, step, signal);
  return missing.length === 0;
}

async function importInto(
  nodes: readonly string[],
  names: readonly string[],
  engine: Engine,
  step: DeliverStep,
  signal: AbortSignal,
): Promise<void> {
  const archive = await engine.save(step.tag);
  const stop = (): void => void archive.destroy();
  signal.addEventListener("abort", stop, { once: true });
  const imports = nodes.map(async (node) => {
    const input = archive.pipe(new PassThrough());
    return { node, result: await engine.exec(node, ["sh", "-c", IMPORT, "sh", ...names], signal, input) };
  });
  const results = await Promise.all(imports).finally(() => signal.removeEventListener("abort", stop));
  const failed = results.find(({ result }) => result.exitCode !== 0);
  if (failed) throw importFailed(step.tag, failed.node, failed.result.stderr);
}

/** As containerd writes it: `docker.io/mage/core:dev`. */
function nodeName(reference: string): string {
  const image = parseImage(reference);
  return formatImage({ ...image, name: normalizeName(image.name) });
}

function importFailed(tag: string, node: string, stderr: string): Error {
  const why = stderr.trim().split("\n").at(-1) ?? "";
  const fix = /no space left/.test(stderr)
    ? `free some space: docker exec ${node} crictl rmi --prune`
    : `look at the node: docker exec ${node} journalctl -u containerd -n 20`;
  return userError("DELIVERY_FAILED", `node ${node}`, `the node did not take ${tag}: ${why}`, fix);
}
