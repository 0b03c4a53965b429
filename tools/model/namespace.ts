import { sortedEntries } from "../lib/merge.ts";
import type { Registry } from "../registry/schema.ts";
import { pointerSegment } from "./names.ts";
import type { ServiceModel } from "./service.ts";

type Written = Registry["namespaces"][string];

export interface NamespaceModel {
  /** As the environment calls it. */
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podSecurity: NonNullable<Written["podSecurity"]>;
  readonly resourceQuota: Readonly<Record<string, string>> | null;
  readonly limitRange: NonNullable<Written["limitRange"]> | null;
  readonly volumes: readonly SharedVolume[];
}

/** A claim that belongs to no service alone. */
export interface SharedVolume {
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly size: string;
  readonly storageClassName: string | null;
  readonly accessModes: readonly string[];
}

/** The namespaces of an environment: those in which something runs, and declared places for what is to come. */
export function namespaceModels(
  registry: Registry,
  mapNamespace: (name: string) => string,
  services: readonly ServiceModel[],
  mapStorageClass: (name: string) => string,
): NamespaceModel[] {
  const used = new Set(services.map((service) => service.namespace));
  return sortedEntries(registry.namespaces).flatMap(([written, namespace]) => {
    const name = mapNamespace(written);
    if (!used.has(name) && !namespace.placeholder) return [];
    return [namespaceModel(written, name, namespace, sharedVolumes(registry, written, mapStorageClass))];
  });
}

function namespaceModel(
  written: string,
  name: string,
  namespace: Written,
  volumes: readonly SharedVolume[],
): NamespaceModel {
  return {
    name,
    pointer: `/namespaces/${pointerSegment(written)}`,
    description: namespace.description ?? null,
    labels: namespace.labels ?? {},
    annotations: namespace.annotations ?? {},
    podSecurity: namespace.podSecurity ?? "restricted",
    resourceQuota: namespace.resourceQuota ?? null,
    limitRange: namespace.limitRange ?? null,
    volumes,
  };
}

function sharedVolumes(
  registry: Registry,
  namespace: string,
  mapStorageClass: (name: string) => string,
): SharedVolume[] {
  const [only] = Object.keys(registry.namespaces);
  return sortedEntries(registry.volumes)
    .filter(([, volume]) => (volume.namespace ?? only) === namespace)
    .map(([name, volume]) => ({
      name,
      pointer: `/volumes/${pointerSegment(name)}`,
      description: volume.description ?? null,
      size: volume.size,
      storageClassName: volume.storageClassName === undefined ? null : mapStorageClass(volume.storageClassName),
      accessModes: volume.accessModes ?? ["ReadWriteOnce"],
    }));
}
