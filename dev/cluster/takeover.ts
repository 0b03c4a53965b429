import type { Finding } from "../../tools/lib/errors.ts";
import type { KubeApi } from "./api/api.ts";
import { platformSelector } from "./ours.ts";
import type { LiveObject } from "./owned-fields.ts";

/** Field manager of `kubectl apply` without --server-side. */
const CLIENT_SIDE = "kubectl-client-side-apply";

const KINDS: Readonly<Record<string, string>> = { Deployment: "deployments", StatefulSet: "statefulsets" };

/** What the first server-side apply takes over from an earlier `kubectl apply`: said, because that one will notice. */
export async function takeover(api: KubeApi, platform: string, signal: AbortSignal): Promise<Finding[]> {
  const lists = await Promise.all(Object.keys(KINDS).map((kind) => clientSide(api, platform, kind, signal)));
  const names = lists.flat();
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

async function clientSide(api: KubeApi, platform: string, kind: string, signal: AbortSignal): Promise<string[]> {
  const query = { labelSelector: platformSelector(platform) };
  const { status, body } = await api.request("GET", `/apis/apps/v1/${KINDS[kind]}`, { query, signal });
  if (status !== 200) return [];
  const { items } = body as { readonly items: readonly LiveObject[] };
  return items.filter(isClientSide).map(({ metadata }) => `${kind}/${metadata.name}`);
}

function isClientSide({ metadata }: LiveObject): boolean {
  return metadata.managedFields?.some(({ manager }) => manager === CLIENT_SIDE) ?? false;
}
