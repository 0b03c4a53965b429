import type { KubeObject } from "../render/object.ts";

/** An object as the API tells it from all others. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  /** Null for what belongs to the whole cluster. */
  readonly namespace: string | null;
  readonly name: string;
}

export function objectName({ apiVersion, kind, metadata }: KubeObject): ObjectName {
  return { apiVersion, kind, namespace: metadata.namespace ?? null, name: metadata.name };
}

/** The same for every version of an API. */
export function objectId(object: KubeObject): string {
  const { apiVersion, kind, namespace, name } = objectName(object);
  return `${apiGroup(apiVersion)} ${kind} ${namespace ?? ""}/${name}`;
}

/** `apps/v1` → `apps`; the core group has no name. */
export function apiGroup(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** `StatefulSet mage-data/db` */
export function objectTitle({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
}

/** As kubectl takes it: `statefulset/db`; with its group where another one could serve the same kind. */
export function kubectlName({ apiVersion, kind, name }: ObjectName): string {
  const group = apiGroup(apiVersion);
  const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
  return `${kind.toLowerCase()}${isBuiltIn ? "" : `.${group}`}/${name}`;
}

/** `kubectl delete -n mage-data statefulset/db` */
export function kubectlOn(verb: string, object: ObjectName): string {
  const scope = object.namespace === null ? "" : ` -n ${object.namespace}`;
  return `kubectl ${verb}${scope} ${kubectlName(object)}`;
}
