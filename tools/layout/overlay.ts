import { emitFlow } from "../lib/yaml.ts";
import type { Model } from "../model/model.ts";
import { pointerSegment } from "../model/names.ts";
import type { ServiceModel } from "../model/service.ts";
import { type KubeObject, type PodTemplate, withPodSpec } from "../render/object.ts";
import type { Rendered } from "../operations/comparison.ts";
import type { Placed } from "../render/render.ts";
import { baseFolder, fileName, objectFiles } from "./base.ts";
import { clusterFiles } from "./cluster.ts";
import { generatedFile } from "./generated.ts";
import { type ImageEntry, imageEntries, withEntry } from "./images.ts";
import { type Kustomization, kustomization, patchText } from "./kustomization.ts";
import { kindCluster } from "./kind-cluster.ts";
import { mirrorList } from "./mirror.ts";
import { operationsFiles } from "./operations.ts";
import { diffObjects } from "./patch.ts";
import { secretsExample } from "./secrets-example.ts";
import { manifestFiles } from "./vendored.ts";
import { changedWords, environmentWords } from "./words.ts";

/** Objects of one service in the base that an environment starts from. */
export type BaseOf = (service: ServiceModel) => readonly Placed[];

/**
 * One environment's folder: `overlays/<environment>/`. `vendored`: what is vendored, as the bases have it. `strictest`: the
 * environment that a local one is compared with.
 */
export function overlayFiles(
  { model, placed }: Rendered,
  baseOf: BaseOf,
  vendored: readonly Placed[],
  strictest: Rendered | null,
): [string, string][] {
  const folder = `overlays/${model.environment}`;
  const pointer = `/environments/${pointerSegment(model.environment ?? "")}`;
  const ownOf = byService(placed);
  const cluster = clusterFiles(`${folder}/cluster`, pointer, placed, vendored);
  const manifests = manifestFiles(folder, placed, vendored);
  const services = model.services.flatMap((service) =>
    serviceFiles(
      `${folder}/${service.name}`,
      service,
      ownOf.get(service.name) ?? [],
      service.external ? [] : baseOf(service),
    ),
  );
  const resources = [
    "namespaces",
    ...(cluster.isPart ? ["cluster"] : []),
    ...model.services.map(({ name }) => name),
    ...manifests.names,
  ];
  const applied: [string, string][] = [
    [`${folder}/kustomization.yaml`, generatedFile(pointer, [kustomization({ resources })], intro(model, placed))],
    ...namespaceFiles(
      `${folder}/namespaces`,
      pointer,
      placed.filter(({ home }) => home === "namespaces"),
    ),
    ...cluster.files,
    ...services,
    ...manifests.files,
    ...secretsExample(folder, model),
    ...kindCluster(folder, model),
    ...mirrorList(folder, model, placed),
  ];
  return [...applied, ...operationsFiles(folder, pointer, { model, placed }, strictest, applied)];
}

/** What lies in the folders of services. */
function byService(placed: readonly Placed[]): Map<string | null, Placed[]> {
  const groups = new Map<string | null, Placed[]>();
  for (const one of placed) {
    if (one.home === "cluster") continue;
    const group = groups.get(one.service);
    if (group) group.push(one);
    else groups.set(one.service, [one]);
  }
  return groups;
}

/** What applies this folder must know what it does not apply. */
function intro(model: Model, placed: readonly Placed[]): string | null {
  const first = `Before it: kubectl apply --server-side -k overlays/${model.environment}/cluster/crds`;
  const lines = [...environmentWords(model), ...(placed.some(({ home }) => home === "crds") ? [first] : [])];
  return lines.length === 0 ? null : lines.join("\n");
}

/** A folder per namespace in one kustomization: all of them are applied before any service. */
function namespaceFiles(folder: string, pointer: string, placed: readonly Placed[]): [string, string][] {
  const resources = placed.map((one) => `${one.namespace}/${fileName(one)}`);
  return [
    [`${folder}/kustomization.yaml`, generatedFile(pointer, [kustomization({ resources })])],
    ...placed.flatMap((one) => objectFiles(`${folder}/${one.namespace}`, [one])),
  ];
}

function serviceFiles(
  folder: string,
  service: ServiceModel,
  own: readonly Placed[],
  base: readonly Placed[],
): [string, string][] {
  const inBase = new Set(base.map(({ object }) => idOf(object)));
  // What the registry adds in this environment alone has no counterpart in the base: it comes as a file, whatever its kind.
  const files = own.filter((one) => one.home === "overlay" || !inBase.has(idOf(one.object)));
  const changed = changesOf(
    service,
    base.map(({ object }) => object),
    own.map(({ object }) => object),
    files.map(({ object }) => object),
  );
  // What runs elsewhere differs in every environment: it has no base.
  const bases = base.length > 0 ? [`../../../${baseFolder(service.name, service.isMocked)}`] : [];
  const resources = [...bases, ...files.map(fileName)];
  const { description, notes } = changedWords(base, own, changed.patches ?? []);
  return [
    [
      `${folder}/kustomization.yaml`,
      generatedFile(service.pointer, [kustomization({ resources, ...changed })], description, notes),
    ],
    ...objectFiles(folder, files),
  ];
}

/** What kustomize must do to the base's objects so that they become the environment's. */
function changesOf(
  service: ServiceModel,
  base: readonly KubeObject[],
  wanted: readonly KubeObject[],
  files: readonly KubeObject[],
): Omit<Kustomization, "resources"> {
  const byId = new Map(wanted.map((object) => [idOf(object), object]));
  const pairs = base.flatMap((before) => ((after) => (after ? [{ before, after }] : []))(byId.get(idOf(before))));
  const removed = base.filter((object) => !byId.has(idOf(object)));
  const isMapped = base.some((object) => object.metadata.namespace !== service.namespace);
  const images = imageEntries(pairs, files);
  const replicas = pairs.flatMap(({ before, after }) => replicaEntry(before, after));
  const moved = (object: KubeObject): KubeObject => transformed(object, service.namespace, images, replicas);
  const patches = pairs.flatMap(({ before, after }) => patchEntry(moved(before), after));
  return {
    ...(isMapped && { namespace: service.namespace }),
    images,
    replicas,
    patches: [...patches, ...removed.map(removal)],
  };
}

function replicaEntry(before: KubeObject, after: KubeObject): { readonly name: string; readonly count: number }[] {
  const [old, count] = [before, after].map((object) => (object["spec"] as { replicas?: number } | undefined)?.replicas);
  return old === undefined || count === undefined || old === count ? [] : [{ name: after.metadata.name, count }];
}

/** The object as kustomize's own transformers leave it: what then still differs is patched. */
function transformed(
  object: KubeObject,
  namespace: string,
  images: readonly ImageEntry[],
  replicas: NonNullable<Kustomization["replicas"]>,
): KubeObject {
  const { metadata, subjects, spec } = object as KubeObject & {
    readonly subjects?: readonly object[];
    readonly spec?: { readonly replicas?: number };
  };
  const count = replicas.find(({ name }) => name === metadata.name)?.count;
  if (metadata.namespace === namespace && !subjects && count === undefined && images.length === 0) return object;
  const moved = {
    ...object,
    metadata: { ...metadata, namespace },
    // It follows the accounts of the same base.
    ...(subjects && { subjects: subjects.map((subject) => ({ ...subject, namespace })) }),
    ...(count !== undefined && spec?.replicas !== undefined && { spec: { ...spec, replicas: count } }),
  };
  return images.length === 0 ? moved : withPodSpec(moved, (pod) => withImages(pod, images));
}

function withImages(pod: PodTemplate["spec"], images: readonly ImageEntry[]): PodTemplate["spec"] {
  const lists = ["containers", "initContainers"].flatMap((list) => {
    const containers = pod[list] as readonly { readonly image: string }[] | undefined;
    return containers
      ? [[list, containers.map((one) => ({ ...one, image: images.reduce(withEntry, one.image) }))]]
      : [];
  });
  return { ...pod, ...(Object.fromEntries(lists) as object) };
}

function patchEntry(before: KubeObject, after: KubeObject): NonNullable<Kustomization["patches"]> {
  const operations = diffObjects(before, after);
  return operations.length === 0
    ? []
    : [{ target: { kind: after.kind, name: after.metadata.name }, patch: patchText(operations) }];
}

/** RFC 6902 cannot delete an object; `null` in the registry asks for it. */
function removal({ apiVersion, kind, metadata }: KubeObject): NonNullable<Kustomization["patches"]>[number] {
  const { name } = metadata;
  return { target: { kind, name }, patch: `${emitFlow({ $patch: "delete", apiVersion, kind, metadata: { name } })}\n` };
}

function idOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}
