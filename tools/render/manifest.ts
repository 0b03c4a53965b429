import { shortHash } from "../lib/hash.ts";
import type { ManifestModel, ManifestObject } from "../model/manifests.ts";
import { rewritten } from "../model/rewrite.ts";
import type { KubeObject } from "./object.ts";
import type { Placed } from "./render.ts";

/** A vendored entry's objects, as they are but for `images`, each with a file name of its own. */
export function drawManifest({ name, pointer, objects }: ManifestModel, images: ReadonlyMap<string, string>): Placed[] {
  const slugs = slugsOf(objects);
  return objects.map((one, i) => ({
    object: withImages(one.object, images),
    home: one.home === "own" ? "manifests" : one.home,
    service: null,
    namespace: null,
    manifest: name,
    pointer,
    slug: slugs[i] ?? null,
    description: `Copied from ${one.file}; its comments are left there.`,
    notes: [],
  }));
}

function withImages(object: KubeObject, images: ReadonlyMap<string, string>): KubeObject {
  if (images.size === 0) return object;
  const image = (reference: string): string => images.get(reference) ?? reference;
  return rewritten(object, { namespace: (namespace) => namespace, image });
}

/** The name; where two of a kind share it (in two namespaces or groups, or on a disk without cases), a hash as well. */
function slugsOf(objects: readonly ManifestObject[]): string[] {
  const names = objects.map(({ object }) => object.metadata.name.toLowerCase().replaceAll(/[^a-z0-9.-]/g, "-"));
  const files = objects.map(({ object, home }, i) => `${home} ${object.kind.toLowerCase()} ${names[i]}`);
  return objects.map(({ object }, i) => {
    const isShared = files.some((file, j) => j !== i && file === files[i]);
    const { apiVersion, metadata } = object;
    return isShared
      ? `${names[i]}-${shortHash(`${apiVersion} ${metadata.namespace} ${metadata.name}`, 8)}`
      : (names[i] ?? "");
  });
}
