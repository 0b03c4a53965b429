import type { KubeApi } from "../cluster/api/api.ts";
import { type Pod, ownerOf, revisionHash } from "./pod.ts";
import { selectorOf } from "./pods.ts";

/** Which version of its workload's template a pod was made from: the higher number is the newer one. */
export interface Revisions {
  /** Null while it is not known, as of a template that was written a moment ago. */
  of(pod: Pod): number | null;
}

interface Numbered {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** Of a ControllerRevision. */
  readonly revision?: number;
}

/** Of Deployments a ReplicaSet is a revision, of StatefulSets and DaemonSets a ControllerRevision. */
const PATHS: readonly string[] = ["/apis/apps/v1/replicasets", "/apis/apps/v1/controllerrevisions"];

/**
 * Numbers that Kubernetes itself gives. Creation times would not do: going back to an earlier template takes up its old
 * ReplicaSet again, and a pod of an old one may be replaced at any time.
 */
export function watchRevisions(
  api: KubeApi,
  platform: string,
  signal: AbortSignal,
): { readonly revisions: Revisions; readonly ended: Promise<void> } {
  const numbers = new Map<string, number>();
  const query = { labelSelector: selectorOf(platform) };
  const onEvent = (type: string, object: unknown): void => {
    const { metadata, revision } = object as Numbered;
    const number = revision ?? Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
    if (type === "DELETED") numbers.delete(idOf(metadata.namespace, metadata.name));
    else numbers.set(idOf(metadata.namespace, metadata.name), number);
  };
  const watches = PATHS.map((path) => api.watch(path, query, { onList: () => undefined, onEvent }, signal));
  const of = (pod: Pod): number | null =>
    namesOf(pod).reduce<number | null>((found, name) => found ?? numbers.get(name) ?? null, null);
  return { revisions: { of }, ended: Promise.all(watches).then(() => undefined) };
}

/** A StatefulSet's pods bear the whole name of their revision, a DaemonSet's only its hash. */
function namesOf(pod: Pod): string[] {
  const { kind, name } = ownerOf(pod);
  const hash = revisionHash(pod);
  const names = kind === "ReplicaSet" ? [name] : [hash, `${name}-${hash}`];
  return names.map((one) => idOf(pod.metadata.namespace, one));
}

function idOf(namespace: string | undefined, name: string): string {
  return `${namespace}/${name}`;
}
