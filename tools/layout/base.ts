import type { Placed } from "../render/render.ts";
import { generatedFile } from "./generated.ts";
import { kustomization } from "./kustomization.ts";
import { objectFile } from "./words.ts";

/** The folder of a service's base, relative to the registry. A mock's lies inside that of what it replaces. */
export function baseFolder(service: string, isMocked: boolean): string {
  return `k8s/${service}${isMocked ? "/mock" : ""}`;
}

/** One base: a file per object, and the kustomization that lists them. `description`: of the whole. */
export function baseFiles(
  folder: string,
  placed: readonly Placed[],
  description: string | null = null,
): [string, string][] {
  const pointer = placed[0]?.pointer ?? "";
  return [
    ...objectFiles(folder, placed),
    [
      `${folder}/kustomization.yaml`,
      generatedFile(pointer, [kustomization({ resources: placed.map(fileName) })], description),
    ],
  ];
}

/** One object per file. */
export function objectFiles(folder: string, placed: readonly Placed[]): [string, string][] {
  return placed.map((one) => [`${folder}/${fileName(one)}`, objectFile(one)]);
}

/** The kind in lower case; `configmap-files.yaml` where an owner may have several. */
export function fileName({ object, slug }: Placed): string {
  return `${object.kind.toLowerCase()}${slug === null ? "" : `-${slug}`}.yaml`;
}
