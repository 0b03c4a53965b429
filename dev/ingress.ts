import type { Finding } from "../tools/lib/errors.ts";
import { count } from "../tools/lib/text.ts";
import { effectiveServices } from "../tools/registry/effective.ts";
import type { Inputs } from "../tools/registry/read.ts";
import type { Ingress } from "../tools/registry/schema.ts";
import type { Target } from "./core/target.ts";
import type { KubeApi } from "./cluster/api/api.ts";
import { itemsOf } from "./cluster/api/items.ts";

const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Everybody waits for it: who is slower than this is not asked. */
const ANSWER_MS = 1000;

/** A finding where the routes of what runs lead through a controller that the cluster does not have. Never rejects. */
export async function missingIngress(
  api: KubeApi,
  context: string,
  { inputs, target }: { readonly inputs: Inputs; readonly target: Target },
): Promise<readonly Finding[]> {
  const { ingress } = inputs.registry.environments[target.environment] ?? {};
  if (!ingress || isOurs(ingress, target)) return [];
  const routes = routesOf(inputs, target);
  if (routes === 0 || (await isThere(api, ingress))) return [];
  return [finding(inputs, target.environment, ingress, routes, context)];
}

/** A platform may bring its way in itself: that comes with the first apply. */
function isOurs({ namespace }: Ingress, { shared }: Target): boolean {
  return shared.objects.some(
    ({ kind, metadata }) => (kind === "Namespace" ? metadata.name : metadata.namespace) === namespace,
  );
}

function routesOf({ registry }: Inputs, { environment, services }: Target): number {
  const running = new Set(services.map(({ name }) => name));
  return effectiveServices(registry, environment)
    .filter(({ name }) => running.has(name))
    .reduce((sum, { service }) => sum + Object.keys(service.routes ?? {}).length, 0);
}

/** Whoever may not ask, or gets no answer, cannot say that it is missing. */
async function isThere(api: KubeApi, { namespace, labels }: Ingress): Promise<boolean> {
  const query = { labelSelector: selectorOf(labels), limit: "1" };
  const options = { query, accept: METADATA_ONLY, signal: AbortSignal.timeout(ANSWER_MS) };
  const answer = await api.request("GET", `/api/v1/namespaces/${namespace}/pods`, options).catch(() => null);
  return answer?.status !== 200 || itemsOf(answer.body).length > 0;
}

function finding(
  { registry, source }: Inputs,
  environment: string,
  { controller, namespace, labels }: Ingress,
  routes: number,
  context: string,
): Finding {
  const files = registry.environments[environment]?.cluster?.ingress?.files;
  const fix = files
    ? `kubectl --context ${context} apply --server-side ${files.map((file) => `-f ${file}`).join(" ")} (what npm run dev -- cluster create makes has it)`
    : `install it, or name its manifests under environments.${environment}.cluster.ingress: npm run dev -- cluster create applies them`;
  return {
    code: "INGRESS_MISSING",
    severity: "warning",
    where: source.where(["environments", environment, "ingress"]),
    message: `the cluster has no pod of ${controller} (${selectorOf(labels)} in ${namespace}): ${count(routes, "route")} will lead nowhere`,
    fix,
  };
}

function selectorOf(labels: Ingress["labels"]): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
