import { byCodePoint } from "../lib/merge.ts";
import type { Ingress } from "../registry/schema.ts";
import type { Kubectl } from "./kubectl.ts";

/** A pod of the ingress controller, and the ports on which it takes what comes from outside; null where it has none. */
export interface ControllerPod {
  readonly name: string;
  readonly httpPort: number | null;
  readonly httpsPort: number | null;
}

/** What the API says about a pod: as much of it as is needed here. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export interface KubeService {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number; readonly targetPort?: string | number }[];
  };
}

/** The first pod of the controller that is Ready, or null. */
export async function controllerPod(
  kubectl: Kubectl,
  { namespace, labels }: Pick<Ingress, "namespace" | "labels">,
): Promise<ControllerPod | null> {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const list = async <T>(...args: readonly string[]): Promise<readonly T[]> =>
    ((await kubectl.json(["get", ...args, "--namespace", namespace, "--output", "json"])) as { items: readonly T[] })
      .items;
  const [pods, services] = await Promise.all([
    list<Pod>("pods", "--selector", selector.join(",")),
    list<KubeService>("services"),
  ]);
  const [first] = pods.filter(isReady).toSorted((a, b) => byCodePoint(a.metadata.name, b.metadata.name));
  return first ? portsOf(first, services) : null;
}

/** What a Service leads to from port 80 and 443 says more than any name of a port; a host port has no Service. */
export function portsOf(pod: Pod, services: readonly KubeService[]): ControllerPod {
  const mine = services.filter(({ spec }) => selects(spec.selector ?? {}, pod.metadata.labels ?? {}));
  const own = pod.spec.containers.flatMap(({ ports }) => ports ?? []);
  const behind = (number: number): number | null => {
    const target = mine.flatMap(({ spec }) => spec.ports ?? []).find(({ port }) => port === number)?.targetPort;
    return typeof target === "string"
      ? (own.find(({ name }) => name === target)?.containerPort ?? null)
      : (target ?? null);
  };
  const declared = (names: readonly string[], numbers: readonly number[]): number | null =>
    own.find(({ name, containerPort }) => names.includes(name ?? "") || numbers.includes(containerPort))
      ?.containerPort ?? null;
  return {
    name: pod.metadata.name,
    httpPort: behind(80) ?? declared(["web", "http"], [80, 8000, 8080]),
    httpsPort: behind(443) ?? declared(["websecure", "https"], [443, 8443]),
  };
}

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
}
