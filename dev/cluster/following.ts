import type { KubeObject } from "../../tools/render/object.ts";
import type { Drawing } from "../core/target.ts";
import { WORKLOAD_KINDS, type Workload } from "./rollout.ts";
import type { View } from "./view.ts";

/** Which workloads of a service count, and from which version on: what nobody has applied yet is not looked at. */
export interface Following {
  /** A service is about to be applied as it is drawn. Until `start`, nothing of it is looked at. */
  reset(service: string, drawing: Drawing): void;
  /** What is drawn is in the cluster; `versions` says as what. Does nothing when another drawing has taken its place. */
  start(service: string, drawing: Drawing, versions: ReadonlyMap<string, Version>): void;
  /** Its workloads, once the API has told them as they were applied, or newer. Empty before `start`. */
  current(service: string): readonly Workload[];
  /** Its workloads as they are, whatever is applied now; null for a service that was never applied. */
  present(service: string): readonly (Workload | undefined)[] | null;
  services(): Iterable<string>;
}

export interface WorkloadRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Version {
  readonly uid: string;
  readonly generation: number;
}

interface Followed {
  readonly drawing: Drawing;
  readonly versions: ReadonlyMap<string, Version> | null;
}

export function newFollowing(view: View): Following {
  const followed = new Map<string, Followed>();
  return {
    reset(service, drawing) {
      for (const { namespace } of workloadsOf(drawing.objects)) view.follow(namespace);
      followed.set(service, { drawing, versions: null });
    },
    start(service, drawing, versions) {
      if (followed.get(service)?.drawing.digest === drawing.digest) followed.set(service, { drawing, versions });
    },
    current(service) {
      const { drawing, versions = null } = followed.get(service) ?? {};
      return workloadsOf(drawing?.objects ?? []).flatMap((ref) => {
        const workload = view.workload(ref.kind, ref.namespace, ref.name);
        return workload && versions && isAtLeast(workload, versions.get(keyOf(ref))) ? [workload] : [];
      });
    },
    present(service) {
      const entry = followed.get(service);
      if (!entry) return null;
      return workloadsOf(entry.drawing.objects).map((ref) => view.workload(ref.kind, ref.namespace, ref.name));
    },
    services: () => followed.keys(),
  };
}

export function workloadsOf(objects: readonly KubeObject[]): WorkloadRef[] {
  return objects
    .filter(({ kind }) => WORKLOAD_KINDS.includes(kind))
    .map(({ kind, metadata }) => ({ kind, namespace: metadata.namespace ?? "default", name: metadata.name }));
}

export function keyOf({ kind, namespace, name }: WorkloadRef): string {
  return `${kind}/${name} in ${namespace}`;
}

/** A workload that was made anew since is newer, whatever its generation. */
export function isAtLeast({ metadata }: Workload, version: Version | undefined): boolean {
  return version !== undefined && (metadata.uid !== version.uid || (metadata.generation ?? 0) >= version.generation);
}
