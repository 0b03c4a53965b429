import type { Environment } from "../registry/schema.ts";
import type { Model } from "../model/model.ts";
import { pointerSegment } from "../model/names.ts";
import { compact } from "../render/object.ts";
import { generatedFile } from "./generated.ts";

type Cluster = NonNullable<Environment["cluster"]>;

/** `kind-cluster.yaml`, where the registry says more about the cluster than which contexts may be touched. */
export function kindCluster(folder: string, model: Model): [string, string][] {
  const { allowedContexts: _, ...cluster } = model.settings?.cluster ?? {};
  if (model.profile !== "local" || Object.keys(cluster).length === 0) return [];
  const path = `${folder}/kind-cluster.yaml`;
  const pointer = `/environments/${pointerSegment(model.environment ?? "")}/cluster`;
  return [[path, generatedFile(pointer, [clusterConfig(cluster, model.platform)], intro(path, cluster))]];
}

function intro(path: string, { extraMounts = [], ingress }: Cluster): string {
  const relative = extraMounts.some(({ hostPath }) => !hostPath.startsWith("/"));
  const files = (ingress?.files ?? []).map((file) => ` -f ${file}`).join("");
  return [
    `The cluster of this environment: kind create cluster --config ${path}`,
    ...(files === "" ? [] : [`Then its ingress controller: kubectl apply --server-side${files}`]),
    ...(relative ? ["In the folder of services.json: relative host paths begin where kind is run."] : []),
  ].join("\n");
}

/** https://kind.sigs.k8s.io/docs/user/configuration/ */
function clusterConfig({ name, workers = 0, ...settings }: Cluster, platform: string): object {
  const image = settings.kubernetesVersion === undefined ? null : `kindest/node:v${settings.kubernetesVersion}`;
  const first = compact({
    role: "control-plane",
    image,
    labels: settings.nodeLabels,
    extraPortMappings: (settings.portMappings ?? []).map((mapping) =>
      // kind's own default is every address of the machine.
      compact({ ...mapping, listenAddress: mapping.listenAddress ?? "127.0.0.1" }),
    ),
    extraMounts: (settings.extraMounts ?? []).map(({ hostPath, containerPath, readOnly }) =>
      compact({ hostPath, containerPath, readOnly }),
    ),
  });
  const others = Array.from({ length: workers }, () => compact({ role: "worker", image }));
  return {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: name ?? platform,
    nodes: [first, ...others],
  };
}
