import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";

/** Field manager of `kubectl apply` without --server-side. */
const CLIENT_SIDE = "kubectl-client-side-apply";

/** What the first server-side apply takes over from an earlier `kubectl apply`: said, because that one will notice. */
export async function takeover(
  kubectl: Kubectl,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const lists = await Promise.all([...new Set(namespaces)].map((namespace) => workloads(kubectl, namespace, signal)));
  const names = lists
    .flat()
    .filter(isClientSide)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  if (names.length === 0) return [];
  const message = `${names.join(", ")} came from "kubectl apply"; from now on the loop owns their fields (field manager slipway)`;
  return [
    {
      code: "APPLY_TAKEOVER",
      severity: "warning",
      where: "cluster",
      message,
      fix: "nothing to do; to apply by hand later, use kubectl apply --server-side --force-conflicts",
    },
  ];
}

async function workloads(kubectl: Kubectl, namespace: string, signal: AbortSignal): Promise<readonly Managed[]> {
  const listed = await kubectl.run(
    ["get", "deployments,statefulsets", "--namespace", namespace, "--show-managed-fields", "--output", "json"],
    { signal },
  );
  return listed.exitCode === 0 ? (JSON.parse(listed.stdout) as { readonly items: readonly Managed[] }).items : [];
}

type Managed = KubeObject & {
  readonly metadata: { readonly managedFields?: readonly { readonly manager?: string }[] };
};

function isClientSide({ metadata }: Managed): boolean {
  return (
    metadata.labels?.["app.kubernetes.io/managed-by"] === "slipway" &&
    (metadata.managedFields?.some(({ manager }) => manager === CLIENT_SIDE) ?? false)
  );
}
