import { type LockedCluster, lockCluster } from "../tools/cluster/context-lock.ts";
import type { Exec } from "../tools/lib/exec.ts";
import type { ReadTarget } from "./sources/registry.ts";

interface Wanted {
  readonly root: string;
  readonly exec: Exec;
  /** kubectl context; null is the current one. */
  readonly context: string | null;
  /** Value of DOCKER_HOST. */
  readonly dockerHost: string | undefined;
}

/** The cluster of the context, proven local or allowed by the registry. */
export function lockedFor(
  { root, exec, context, dockerHost }: Wanted,
  { inputs, target }: ReadTarget,
): Promise<LockedCluster> {
  const allowedContexts = inputs.registry.environments[target.environment]?.cluster?.allowedContexts ?? [];
  return lockCluster({
    exec,
    root,
    allowedContexts,
    ...(context !== null && { context }),
    ...(dockerHost !== undefined && { dockerHost }),
  });
}
