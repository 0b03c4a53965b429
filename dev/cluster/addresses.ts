import { itemsOf } from "./api/items.ts";
import type { KubeApi } from "./api/api.ts";

/** Name or address → service, asked for after the given time; null while the API has not answered. */
export type Addresses = (afterMs: number) => Readonly<Record<string, string>> | null;

const LATE_MS = 3000;

/** Under which names and addresses the platform's services can be reached: asked for only when a log names one. */
export function newAddresses(api: KubeApi, platform: string, onAnswer: () => void, signal: AbortSignal): Addresses {
  let found: Readonly<Record<string, string>> | null = null;
  let askedAtMs = -Infinity;
  let foundAtMs = -Infinity;
  return (afterMs) => {
    if (foundAtMs >= afterMs) return found;
    if (Date.now() - askedAtMs > LATE_MS) void ask();
    return null;
  };

  async function ask(): Promise<void> {
    const sinceMs = Date.now();
    askedAtMs = sinceMs;
    const query = { labelSelector: `app.kubernetes.io/part-of=${platform}` };
    const late = AbortSignal.any([signal, AbortSignal.timeout(LATE_MS)]);
    const answer = await api.request("GET", "/api/v1/services", { query, signal: late }).catch(() => null);
    const items = itemsOf<ServiceObject>(answer?.body);
    if (answer?.status === 200 || found === null) found = Object.fromEntries(items.flatMap(namesOf));
    foundAtMs = sinceMs;
    onAnswer();
  }
}

interface ServiceObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly clusterIPs?: readonly string[] };
}

function namesOf({ metadata, spec }: ServiceObject): [string, string][] {
  const { name, namespace = "default", labels = {} } = metadata;
  const service = labels["app.kubernetes.io/name"] ?? name;
  const names = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
  const addresses = (spec?.clusterIPs ?? []).filter((address) => address !== "None");
  return [...names, ...addresses].map((host) => [host, service]);
}
