import type { Placed } from "../render/render.ts";
import { fileName, objectFiles } from "./base.ts";
import { generatedFile } from "./generated.ts";
import { kustomization } from "./kustomization.ts";
import { byFolder, vendoredChanges } from "./vendored.ts";

const DEFINITIONS =
  "Definitions, applied before everything else and on their own: a cluster must know a kind before it takes an object of it.\n`kubectl apply --server-side -k` on this folder: some are too large for kubectl to keep a copy of.";

/**
 * `cluster/`: what belongs to no namespace of the platform's. `cluster/crds/`: definitions, which no other kustomization
 * lists. `isPart`: whether the environment's own kustomization lists it.
 */
export function clusterFiles(
  folder: string,
  pointer: string,
  placed: readonly Placed[],
  vendored: readonly Placed[],
): { readonly isPart: boolean; readonly files: [string, string][] } {
  const cluster = placed.filter(({ home }) => home === "cluster");
  const crds = placed.filter(({ home }) => home === "crds");
  const own = cluster.filter(({ manifest }) => manifest === null);
  const files = [
    ...(cluster.length === 0 ? [] : [clusterKustomization(folder, "../../..", pointer, cluster, vendored, null)]),
    ...objectFiles(folder, own),
    ...(crds.length === 0
      ? []
      : [clusterKustomization(`${folder}/crds`, "../../../..", pointer, crds, vendored, DEFINITIONS)]),
  ];
  return { isPart: cluster.length > 0, files };
}

function clusterKustomization(
  folder: string,
  root: string,
  pointer: string,
  placed: readonly Placed[],
  vendored: readonly Placed[],
  description: string | null,
): [string, string] {
  const copied = placed.filter(({ manifest }) => manifest !== null);
  const resources = [
    ...placed.filter(({ manifest }) => manifest === null).map(fileName),
    ...[...byFolder(copied).keys()].map((base) => `${root}/${base}`),
  ];
  const { images = [], patches = [] } = vendoredChanges(vendored, copied);
  const text = generatedFile(pointer, [kustomization({ resources, images, patches })], description);
  return [`${folder}/kustomization.yaml`, text];
}
