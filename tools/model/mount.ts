import type { FileModel } from "./config.ts";
import type { VolumeModel } from "./volume.ts";

/** Name of the volume that holds all of a service's files. */
export const FILES_VOLUME = "files";

/** Where a container sees a volume. */
export interface MountModel {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath: string | null;
  readonly readOnly: boolean;
}

/** Volumes where the service sees them. */
export function volumeMounts(volumes: readonly VolumeModel[]): MountModel[] {
  return volumes.map(({ name, mountPath, subPath, readOnly }) => ({ name, mountPath, subPath, readOnly }));
}

/** Files, each by itself: nothing else of its folder is hidden. */
export function fileMounts(files: readonly FileModel[]): MountModel[] {
  return files.map((file) => ({
    name: FILES_VOLUME,
    mountPath: file.path,
    subPath: fileSubPath(file),
    readOnly: true,
  }));
}

/** Where a file lies in the projected volume: one folder per source, so that equal keys of two Secrets stay apart. */
export function fileSubPath({ from }: FileModel): string {
  return `${from.kind}/${from.name}/${from.key}`;
}
