import { sortedEntries } from "../lib/merge.ts";
import type { Service } from "../registry/schema/service.ts";
import type { SharedVolumes } from "../registry/shared-volumes.ts";

type Written = NonNullable<Service["volumes"]>[string];

/** What a volume is: a claim of the service's own, one per pod, somebody else's, a folder that dies with the pod, or the node's. */
export type VolumeSource =
  | {
      readonly type: "claim" | "claimTemplate";
      readonly claimName: string;
      readonly size: string;
      readonly storageClassName: string | null;
      readonly accessModes: readonly string[];
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly type: "sharedClaim"; readonly claimName: string }
  | { readonly type: "hostPath"; readonly path: string }
  | { readonly type: "emptyDir"; readonly sizeLimit: string | null; readonly medium: "Memory" | null };

export interface VolumeModel {
  readonly name: string;
  readonly description: string | null;
  readonly mountPath: string;
  readonly subPath: string | null;
  readonly readOnly: boolean;
  readonly source: VolumeSource;
  /** Only one node at a time may mount it. */
  readonly isExclusive: boolean;
}

/** Declared volumes, /dev/shm of a GPU, and a writable /tmp: the root file system is read-only. */
export function volumeModels(
  service: string,
  written: Service,
  shared: SharedVolumes,
  mapStorageClass: (name: string) => string,
): VolumeModel[] {
  const declared = sortedEntries(written.volumes).map(([name, volume]) =>
    volumeModel(service, name, volume, shared, mapStorageClass),
  );
  const shm = written.gpu?.shmSize === undefined ? [] : [memory("shm", "/dev/shm", written.gpu.shmSize)];
  const hasTmp =
    declared.some(({ mountPath }) => mountPath === "/tmp") ||
    written.securityContext?.container?.readOnlyRootFilesystem !== true;
  return [...declared, ...shm, ...(hasTmp ? [] : [emptyDir("tmp", "/tmp", "64Mi")])];
}

function volumeModel(
  service: string,
  name: string,
  volume: Written,
  shared: SharedVolumes,
  mapStorageClass: (name: string) => string,
): VolumeModel {
  const common = {
    name,
    description: volume.description ?? null,
    mountPath: volume.mountPath,
    subPath: volume.subPath ?? null,
    readOnly: volume.readOnly ?? false,
  };
  if (volume.volume !== undefined)
    return {
      ...common,
      source: { type: "sharedClaim", claimName: volume.volume },
      isExclusive: isExclusive(shared[volume.volume]?.accessModes),
    };
  if (volume.claimName !== undefined)
    return {
      ...common,
      source: { type: "sharedClaim", claimName: volume.claimName },
      isExclusive: isExclusive(volume.accessModes),
    };
  if (volume.type === "hostPath")
    return { ...common, source: { type: "hostPath", path: volume.path ?? "/" }, isExclusive: false };
  if (volume.type === "emptyDir")
    return {
      ...common,
      source: { type: "emptyDir", sizeLimit: volume.size ?? null, medium: volume.medium ?? null },
      isExclusive: false,
    };
  const source = {
    type: volume.volumeClaimTemplate ? ("claimTemplate" as const) : ("claim" as const),
    claimName: volume.volumeClaimTemplate ? name : `${service}-${name}`,
    size: volume.size ?? "",
    storageClassName: volume.storageClassName === undefined ? null : mapStorageClass(volume.storageClassName),
    accessModes: volume.accessModes ?? ["ReadWriteOnce"],
    annotations: volume.annotations ?? {},
  };
  return { ...common, source, isExclusive: isExclusive(volume.accessModes) };
}

function isExclusive(accessModes: Written["accessModes"]): boolean {
  return (accessModes ?? ["ReadWriteOnce"]).every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

function emptyDir(name: string, mountPath: string, sizeLimit: string): VolumeModel {
  return {
    name,
    description: null,
    mountPath,
    subPath: null,
    readOnly: false,
    source: { type: "emptyDir", sizeLimit, medium: null },
    isExclusive: false,
  };
}

function memory(name: string, mountPath: string, sizeLimit: string): VolumeModel {
  return { ...emptyDir(name, mountPath, sizeLimit), source: { type: "emptyDir", sizeLimit, medium: "Memory" } };
}
