import { sortedEntries } from "../lib/merge.ts";
import type { Registry } from "../registry/schema.ts";
import { appliesTo } from "../registry/vendored/clashes.ts";
import type { PlainObject, Vendored, VendoredHome, VendoredObject } from "../registry/vendored/object.ts";
import { type Definitions, definitionsIn } from "../registry/vendored/vendored.ts";
import { pointerSegment } from "./names.ts";
import { type Rewrite, rewritten } from "./rewrite.ts";

/** An entry of `manifests` as one environment sees it. */
export interface ManifestModel {
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly objects: readonly ManifestObject[];
}

export interface ManifestObject {
  /** With the environment's namespaces and images. */
  readonly object: PlainObject;
  readonly home: VendoredHome;
  /** The file that it was copied from, as the registry names it. */
  readonly file: string;
}

/** What is vendored for an environment (null: for any of them, as the files have it). */
export function manifestModels(
  registry: Registry,
  vendored: Vendored,
  environment: string | null,
  rewrite: Rewrite,
): ManifestModel[] {
  return sortedEntries(registry.manifests)
    .filter(([name]) => environment === null || appliesTo(registry, name, environment))
    .map(([name, { description = null }]) => ({
      name,
      pointer: `/manifests/${pointerSegment(name)}`,
      description,
      objects: (vendored.get(name) ?? []).map((one) => manifestObject(one, rewrite)),
    }));
}

function manifestObject({ object, home, file }: VendoredObject, rewrite: Rewrite): ManifestObject {
  return { object: rewritten(object, rewrite), home, file };
}

/** Namespaces of the registry, as it calls them, in which something vendored runs. */
export function vendoredNamespaces(vendored: Vendored, registry: Registry, environment: string | null): Set<string> {
  const own = [...vendored].flatMap(([name, objects]) =>
    environment === null || appliesTo(registry, name, environment)
      ? objects.filter(({ home }) => home === "own").map(({ object }) => object.metadata.namespace ?? "")
      : [],
  );
  return new Set(own);
}

/** Kinds that come with the platform itself: `group/Kind` → their scope. */
export function vendoredDefinitions(manifests: readonly ManifestModel[]): Definitions {
  return definitionsIn(manifests.flatMap(({ objects }) => objects));
}
