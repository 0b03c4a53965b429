import { isAbsolute, join } from "node:path";
import { emitYaml } from "../../tools/lib/yaml.ts";
import type { Registry } from "../../tools/registry/schema.ts";

export type ClusterSettings = NonNullable<Registry["environments"][string]["cluster"]>;

/** The name of the kind cluster of an environment: the platform's where the registry gives none. */
export function clusterName(registry: Registry, environment: string): string {
  return registry.environments[environment]?.cluster?.name ?? registry.name;
}

/**
 * kind's own configuration of a cluster: what the registry says and nothing else. Folders are made absolute below `root`.
 * https://kind.sigs.k8s.io/docs/user/configuration/
 */
export function kindConfig(name: string, settings: ClusterSettings, root: string): string {
  const image =
    settings.kubernetesVersion === undefined ? {} : { image: `kindest/node:v${settings.kubernetesVersion}` };
  const controlPlane = {
    role: "control-plane",
    ...image,
    ...(settings.nodeLabels && { labels: settings.nodeLabels }),
    ...(settings.portMappings && {
      // kind would listen on every address of the machine: a developer's cluster is nobody else's.
      extraPortMappings: settings.portMappings.map((mapping) => ({ listenAddress: "127.0.0.1", ...mapping })),
    }),
    ...(settings.extraMounts && {
      extraMounts: settings.extraMounts.map((mount) => ({ ...mount, hostPath: absolute(root, mount.hostPath) })),
    }),
  };
  const workers = Array.from({ length: settings.workers ?? 0 }, () => ({ role: "worker", ...image }));
  return emitYaml({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name,
    nodes: [controlPlane, ...workers],
  });
}

function absolute(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}
