import type { KubeObject } from "../../../tools/render/object.ts";

// What an overlay takes for granted: read from its objects, so that no list of it is kept here.

export interface Needs {
  /** Of nodes. */
  readonly labels: Readonly<Record<string, string>>;
  readonly runtimeClasses: readonly string[];
  /** Kubernetes' extended resources, `nvidia.com/gpu`: how many all pods ask for. */
  readonly devices: Readonly<Record<string, number>>;
  readonly provisioners: readonly string[];
  /** Where the API server is, as a network policy has it. */
  readonly nodesCidr: string;
  /** Of the way in, with TLS. */
  readonly nodePort: number;
}

interface PodSpec {
  readonly initContainers?: PodSpec["containers"];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly runtimeClassName?: string;
  readonly containers: readonly {
    readonly image: string;
    readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
  }[];
}

/** Every image that pods of these objects run, once. */
export function imagesOf(objects: readonly KubeObject[]): string[] {
  const containers = objects
    .flatMap((object) => podOf(object) ?? [])
    .flatMap((pod) => [...(pod.initContainers ?? []), ...pod.containers]);
  return [...new Set(containers.map(({ image }) => image))];
}

export function needsOf(objects: readonly KubeObject[]): Needs {
  const pods = objects.flatMap((object) => podOf(object) ?? []);
  const devices: Record<string, number> = {};
  for (const [name, count] of pods.flatMap(({ containers }) => containers.flatMap(devicesOf)))
    devices[name] = (devices[name] ?? 0) + count;
  return {
    labels: Object.assign({}, ...pods.map(({ nodeSelector }) => nodeSelector)) as Record<string, string>,
    runtimeClasses: [...new Set(pods.flatMap(({ runtimeClassName }) => runtimeClassName ?? []))],
    devices,
    provisioners: [
      ...new Set(objects.filter(({ kind }) => kind === "StorageClass").map((object) => String(object["provisioner"]))),
    ],
    nodesCidr: apiServersOf(objects),
    nodePort: nodePortOf(objects),
  };
}

function podOf(object: KubeObject): PodSpec | undefined {
  return (object["spec"] as { readonly template?: { readonly spec?: PodSpec } } | undefined)?.template?.spec;
}

function devicesOf({ resources }: PodSpec["containers"][number]): [string, number][] {
  return Object.entries(resources?.limits ?? {})
    .filter(([name]) => name.includes("/"))
    .map(([name, count]) => [name, Number(count)]);
}

interface Policy {
  readonly egress?: readonly {
    readonly ports?: readonly { readonly port: number }[];
    readonly to?: readonly { readonly ipBlock?: { readonly cidr: string } }[];
  }[];
}

function apiServersOf(objects: readonly KubeObject[]): string {
  const rules = objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap(({ spec }) => (spec as Policy).egress ?? []);
  const ranges = rules
    .filter(({ ports }) => ports?.some(({ port }) => port === 6443))
    .flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []));
  const [cidr] = ranges;
  if (cidr === undefined) throw new Error("no policy says where the API server is");
  return cidr;
}

function nodePortOf(objects: readonly KubeObject[]): number {
  const ports = objects.flatMap(({ kind, spec }) =>
    kind === "Service" ? ((spec as { readonly ports?: readonly ServicePort[] }).ports ?? []) : [],
  );
  const found = ports.find(({ name, nodePort }) => name === "websecure" && nodePort !== undefined)?.nodePort;
  if (found === undefined) throw new Error("no port of a node leads in");
  return found;
}

interface ServicePort {
  readonly name: string;
  readonly nodePort?: number;
}
