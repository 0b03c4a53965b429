import { byCodePoint } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";

/** `deployment.apps/core`, as `kubectl get -o name` prints it. */
export function objectName({ apiVersion, kind, metadata }: KubeObject): string {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : `.${apiVersion.slice(0, slash)}`;
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

/** `namespace kind.group/name`, as objects.txt has it; `-` stands for the cluster as a whole. */
export function objectLine(object: KubeObject): string {
  return `${object.metadata.namespace ?? "-"} ${objectName(object)}`;
}

/**
 * Folder of an environment → the lines of what that folder applies. A list for each, not one for all: two branches that
 * change two services must merge.
 */
export function objectLists(placed: readonly Placed[]): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, string[]>();
  for (const one of placed) {
    const list = lists.get(folderOf(one));
    if (list) list.push(objectLine(one.object));
    else lists.set(folderOf(one), [objectLine(one.object)]);
  }
  return new Map([...lists].map(([folder, lines]) => [folder, lines.toSorted(byCodePoint)]));
}

/** What belongs to no service lies in a folder of its own. */
function folderOf({ home, service, manifest }: Placed): string {
  if (home === "manifests" && manifest !== null) return manifest;
  const own = home === "base" || home === "overlay" ? service : null;
  return own ?? HOMES[home] ?? home;
}

const HOMES: Readonly<Record<string, string>> = { crds: "cluster/crds" };
