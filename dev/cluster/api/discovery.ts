import type { ApiAnswer, ObjectRef } from "./api.ts";

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Kind → where its objects are. */
type Kinds = ReadonlyMap<string, Resource>;

/** Paths of objects, from what the API says about each group version. `get` asks the API. */
export function discovery(get: (path: string) => Promise<ApiAnswer>): (object: ObjectRef) => Promise<string | null> {
  const known = new Map<string, Promise<Kinds>>();
  return async (object) => {
    const had = known.has(object.apiVersion);
    const found = (await kindsOf(object.apiVersion)).get(object.kind);
    if (found || !had) return pathIn(object, found);
    // Custom kinds come while a session runs.
    known.delete(object.apiVersion);
    return pathIn(object, (await kindsOf(object.apiVersion)).get(object.kind));
  };

  function kindsOf(apiVersion: string): Promise<Kinds> {
    const kinds = known.get(apiVersion) ?? ask(apiVersion);
    known.set(apiVersion, kinds);
    // Only an answer is kept.
    kinds.then(
      (map) => map.size === 0 && known.delete(apiVersion),
      () => known.delete(apiVersion),
    );
    return kinds;
  }

  async function ask(apiVersion: string): Promise<Kinds> {
    const { status, body } = await get(rootOf(apiVersion));
    if (status !== 200) return new Map();
    const { resources } = body as { readonly resources: readonly Resource[] };
    return new Map(resources.filter(({ name }) => !name.includes("/")).map((resource) => [resource.kind, resource]));
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function pathIn({ apiVersion, namespace, name }: ObjectRef, resource: Resource | undefined): string | null {
  if (!resource) return null;
  // A collection may span all namespaces; an object is in one.
  const inside = resource.namespaced ? (namespace ?? (name === null ? null : "default")) : null;
  const parts = [...(inside === null ? [] : ["namespaces", inside]), resource.name, ...(name === null ? [] : [name])];
  return `${rootOf(apiVersion)}/${parts.map(encodeURIComponent).join("/")}`;
}
