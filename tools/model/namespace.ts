import { sortedEntries } from "../lib/merge.ts";
import { resolvedTexts } from "../registry/parameters.ts";
import { replaceParameters } from "../registry/references.ts";
import type { Registry } from "../registry/schema.ts";
import type { SharedVolumes } from "../registry/shared-volumes.ts";
import { type NamespaceAccount, namespaceAccounts } from "./account.ts";
import { pointerSegment } from "./names.ts";
import type { ServiceContext, ServiceModel } from "./service.ts";

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
  readonly serviceAccounts: readonly NamespaceAccount[];
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

/** What a namespace's model is made from besides the registry. */
type Context = Pick<ServiceContext, "mapNamespace" | "mapStorageClass" | "parameters" | "sharedVolumes">;

/**
 * The namespaces of an environment: those in which something runs, and declared places for what is to come. `vendored`:
 * those of vendored objects, as the registry calls them.
 */
export function namespaceModels(
  registry: Registry,
  context: Context,
  services: readonly ServiceModel[],
  vendored: ReadonlySet<string>,
): NamespaceModel[] {
  const used = new Set(services.map((service) => service.namespace));
  return sortedEntries(registry.namespaces).flatMap(([written, namespace]) => {
    const isNeeded = namespace.placeholder === true || namespace.serviceAccounts !== undefined || vendored.has(written);
    return isNeeded || used.has(context.mapNamespace(written)) ? [namespaceModel(written, registry, context)] : [];
  });
}

function namespaceModel(written: string, registry: Registry, context: Context): NamespaceModel {
  const namespace: Written = registry.namespaces[written] ?? {};
  const resolve = (text: string): string => replaceParameters(text, context.parameters);
  return {
    name: context.mapNamespace(written),
    pointer: `/namespaces/${pointerSegment(written)}`,
    description: namespace.description ?? null,
    labels: resolvedTexts(namespace.labels ?? {}, resolve),
    annotations: resolvedTexts(namespace.annotations ?? {}, resolve),
    podSecurity: namespace.podSecurity ?? "restricted",
    resourceQuota: namespace.resourceQuota ?? null,
    limitRange: namespace.limitRange ?? null,
    volumes: sharedVolumes(registry, context.sharedVolumes, written, context.mapStorageClass),
    serviceAccounts: namespaceAccounts(written, registry),
  };
}

function sharedVolumes(
  registry: Registry,
  volumes: SharedVolumes,
  namespace: string,
  mapStorageClass: (name: string) => string,
): SharedVolume[] {
  const [only] = Object.keys(registry.namespaces);
  return sortedEntries(volumes)
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
