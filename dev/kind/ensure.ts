import type { Exec } from "../../tools/lib/exec.ts";
import type { Inputs } from "../../tools/registry/read.ts";
import { clusterName } from "./config.ts";
import { createKindCluster, kindClusters } from "./create.ts";

/** The context of an environment's own kind cluster, which is made where there is none. */
export async function ensureKindCluster(
  exec: Exec,
  { inputs, environment, root }: { readonly inputs: Inputs; readonly environment: string; readonly root: string },
  onLine: (line: string) => void,
): Promise<string> {
  const { registry, files } = inputs;
  const name = clusterName(registry, environment);
  if ((await kindClusters(exec)).includes(name)) return `kind-${name}`;
  const settings = registry.environments[environment]?.cluster ?? {};
  return createKindCluster(exec, { name, settings, root, files }, onLine);
}
