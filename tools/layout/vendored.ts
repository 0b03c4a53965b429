import { byCodePoint, isObject } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import type { Registry } from "../registry/schema.ts";
import type { Placed } from "../render/render.ts";
import { baseFiles } from "./base.ts";
import { generatedFile } from "./generated.ts";
import { type ImageEntry, imageEntries, withEntry } from "./images.ts";
import { type Kustomization, type PatchTarget, kustomization, patchText } from "./kustomization.ts";
import { diffObjects } from "./patch.ts";

// Each vendored object is written once, into a base; the overlays say what is different in their environments.

const SUBFOLDER: Partial<Readonly<Record<Placed["home"], string>>> = { cluster: "/cluster", crds: "/crds" };

/** `k8s/traefik/`, and beside it what belongs to the cluster. */
export function vendoredFolder({ manifest, home }: Placed): string {
  return `k8s/${manifest}${SUBFOLDER[home] ?? ""}`;
}

/** `manifests`: as the registry has them. */
export function vendoredBases(
  vendored: readonly Placed[],
  manifests: NonNullable<Registry["manifests"]>,
): [string, string][] {
  return [...byFolder(vendored)].flatMap(([folder, placed]) =>
    baseFiles(folder, placed, manifests[placed[0]?.manifest ?? ""]?.description ?? null),
  );
}

/** Objects by the folder of their base, by name. */
export function byFolder(vendored: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const folders = new Map<string, Placed[]>();
  for (const one of vendored) {
    const folder = folders.get(vendoredFolder(one));
    if (folder) folder.push(one);
    else folders.set(vendoredFolder(one), [one]);
  }
  return new Map([...folders].toSorted(([a], [b]) => byCodePoint(a, b)));
}

/** A folder for each entry that has objects in the platform's own namespaces, like that of a service. */
export function manifestFiles(
  folder: string,
  placed: readonly Placed[],
  vendored: readonly Placed[],
): { readonly names: readonly string[]; readonly files: [string, string][] } {
  const own = [...byFolder(placed.filter(({ home }) => home === "manifests"))];
  const files = own.map(([base, wanted]): [string, string] => {
    const [first] = wanted;
    const changes = vendoredChanges(vendored, wanted);
    const resources = [`../../../${base}`];
    const text = generatedFile(first?.pointer ?? "", [kustomization({ resources, ...changes })]);
    return [`${folder}/${first?.manifest}/kustomization.yaml`, text];
  });
  return { names: own.map(([, [first]]) => first?.manifest ?? ""), files };
}

/** What kustomize must do to the bases of these objects. */
export function vendoredChanges(
  vendored: readonly Placed[],
  wanted: readonly Placed[],
): Omit<Kustomization, "resources"> {
  const bases = byFolder(vendored);
  const pairs = [...byFolder(wanted)].flatMap(([folder, objects]) =>
    // Drawn from the same files, they stand in the same order.
    objects.flatMap(({ object: after }, i) => {
      const before = bases.get(folder)?.[i]?.object;
      return before ? [{ before, after }] : [];
    }),
  );
  const images = imageEntries(pairs, [], visibleImages);
  const namespace = commonNamespace(pairs);
  const all = pairs.map(({ before }) => before);
  const patches = pairs.flatMap(({ before, after }) => {
    const operations = diffObjects(transformed(before, namespace, images), after);
    return operations.length === 0 ? [] : [{ target: targetOf(before, all), patch: patchText(operations) }];
  });
  return { ...(namespace !== null && { namespace }), images, patches };
}

interface Pair {
  readonly before: KubeObject;
  readonly after: KubeObject;
}

/** Where all move from one namespace into one other; but kustomize would then take any account `default` along. */
function commonNamespace(pairs: readonly Pair[]): string | null {
  const [from, to] = [pairs[0]?.before.metadata.namespace, pairs[0]?.after.metadata.namespace];
  const isCommon = pairs.every(
    ({ before, after }) =>
      before.metadata.namespace === from && after.metadata.namespace === to && !bindsDefault(before),
  );
  return from !== to && to !== undefined && isCommon ? to : null;
}

function bindsDefault(object: KubeObject): boolean {
  const subjects = object["subjects"];
  return Array.isArray(subjects) && subjects.some((subject) => isObject(subject) && subject["name"] === "default");
}

/** The object as kustomize's own transformers leave it. */
function transformed(object: KubeObject, namespace: string | null, images: readonly ImageEntry[]): KubeObject {
  const metadata = namespace === null ? object.metadata : { ...object.metadata, namespace };
  if (images.length === 0) return { ...object, metadata };
  const copy = structuredClone({ ...object, metadata });
  for (const container of visibleContainers(copy)) container.image = images.reduce(withEntry, container.image);
  return copy;
}

function visibleImages(object: KubeObject): { readonly at: string; readonly image: string }[] {
  return visibleContainers(object).map(({ image }, i) => ({ at: String(i), image }));
}

/** Containers as kustomize finds them: in lists of these names, at any depth, but in no definition. */
function visibleContainers(object: KubeObject): { image: string }[] {
  return object.kind === "CustomResourceDefinition" ? [] : containersBelow(object);
}

function containersBelow(value: unknown): { image: string }[] {
  if (Array.isArray(value)) return value.flatMap(containersBelow);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const isList = (key === "containers" || key === "initContainers") && Array.isArray(inner);
    const own = isList ? inner.filter((one) => isObject(one) && typeof one["image"] === "string") : [];
    return [...(own as { image: string }[]), ...containersBelow(inner)];
  });
}

/** Kind and name; more where another object has the same. */
function targetOf(object: KubeObject, all: readonly KubeObject[]): PatchTarget {
  const { kind, metadata, apiVersion } = object;
  const name = metadata.name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const isAlone = all.every(
    (other) => other === object || other.kind !== kind || other.metadata.name !== metadata.name,
  );
  if (isAlone) return { kind, name };
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  const { namespace } = metadata;
  return { ...(group !== "" && { group }), kind, name, ...(namespace !== undefined && { namespace }) };
}
