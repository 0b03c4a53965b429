import { sortedEntries } from "../lib/merge.ts";
import type { Environment, Registry } from "../registry/schema.ts";
import { pointerSegment } from "./names.ts";

type WrittenStorage = NonNullable<Registry["storageClasses"]>[string];
type WrittenPriority = NonNullable<Registry["priorityClasses"]>[string];

export interface StorageClassModel {
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly provisioner: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly reclaimPolicy: NonNullable<WrittenStorage["reclaimPolicy"]>;
  readonly volumeBindingMode: NonNullable<WrittenStorage["volumeBindingMode"]>;
  readonly allowVolumeExpansion: boolean;
  /** Of claims that name no class. */
  readonly isDefault: boolean;
}

export interface PriorityClassModel {
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: NonNullable<WrittenPriority["preemptionPolicy"]>;
}

/**
 * The classes that an environment makes. Where it gives a name to a class, that one is there already; where it writes a
 * class, that one is made instead of the platform's: parameters of two provisioners never mix.
 */
export function storageClassModels(registry: Registry, environment: string | null): StorageClassModel[] {
  const settings: Environment | undefined = registry.environments[environment ?? ""];
  const written = { ...registry.storageClasses, ...settings?.storageClasses };
  return sortedEntries(written).flatMap(([name, storageClass]) => {
    if (typeof storageClass === "string") return [];
    const isOwn = settings?.storageClasses?.[name] !== undefined;
    const at = isOwn ? `/environments/${pointerSegment(environment ?? "")}` : "";
    return [storageClassModel(name, storageClass, `${at}/storageClasses/${pointerSegment(name)}`)];
  });
}

function storageClassModel(name: string, written: WrittenStorage, pointer: string): StorageClassModel {
  return {
    name,
    pointer,
    description: written.description ?? null,
    provisioner: written.provisioner,
    parameters: written.parameters ?? {},
    reclaimPolicy: written.reclaimPolicy ?? "Delete",
    // The volume must come to be where its pod can run.
    volumeBindingMode: written.volumeBindingMode ?? "WaitForFirstConsumer",
    allowVolumeExpansion: written.allowVolumeExpansion ?? true,
    isDefault: written.default ?? false,
  };
}

export function priorityClassModels(registry: Registry): PriorityClassModel[] {
  return sortedEntries(registry.priorityClasses).map(([name, written]) => ({
    name,
    pointer: `/priorityClasses/${pointerSegment(name)}`,
    description: written.description ?? null,
    value: written.value,
    globalDefault: written.globalDefault ?? false,
    preemptionPolicy: written.preemptionPolicy ?? "PreemptLowerPriority",
  }));
}
