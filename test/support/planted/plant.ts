import type { KubeObject } from "../../../tools/render/object.ts";
import type { ImagesLock } from "../../../tools/registry/lock.ts";
import type { Kustomization } from "../../../tools/policy/check.ts";
import type { ContextFixture } from "../build-contexts.ts";
import type { RegistryData } from "../build-registry.ts";

/** One violation of one check. */
export interface Planted {
  readonly code: string;
  readonly where: readonly string[];
  readonly by: string;
  /** Codes that the same mistake breaks as well. */
  readonly also?: readonly string[];
  /** What the registry can say. */
  readonly change?: (registry: RegistryData) => void;
  /** What only another tool, or a bug of ours, could do. */
  readonly edit?: (object: KubeObject) => KubeObject | null;
  /** Objects that somebody else wrote. */
  readonly add?: readonly object[];
  readonly contexts?: Readonly<Record<string, ContextFixture>>;
  readonly kustomizations?: readonly Kustomization[];
  readonly lock?: ImagesLock;
}

// oxlint-disable-next-line typescript/no-explicit-any
export type Any = any;

export const BOTH = ["overlays/local", "overlays/enclave"];
export const inBoth = (...ids: readonly string[]): string[] =>
  BOTH.flatMap((overlay) => ids.map((id) => `${overlay} ${id}`));
export const inEnclave = (...ids: readonly string[]): string[] => ids.map((id) => `overlays/enclave ${id}`);
export const WEB = inBoth("Deployment/web");
export const ENCLAVE_WEB = inEnclave("Deployment/web");

/** A change of the service web in the registry. */
export function web(change: (service: Any) => void): (registry: RegistryData) => void {
  return ({ services }) => change(services!["web"]);
}

/** A change of the pods of web, its container first. */
export function webPod(change: (container: Any, pod: Any, object: Any) => void): NonNullable<Planted["edit"]> {
  return on("Deployment/web", (object, pod) => change(pod.containers[0], pod, object));
}

/** Changes one object; the rest stays. */
export function on(id: string, change: (object: Any, pod: Any) => void): NonNullable<Planted["edit"]> {
  return (object) => {
    if (`${object.kind}/${object.metadata.name}` !== id) return object;
    const copy = structuredClone(object) as Any;
    change(copy, copy.spec?.template?.spec);
    return copy as KubeObject;
  };
}

export function without(id: string): NonNullable<Planted["edit"]> {
  return (object) => (`${object.kind}/${object.metadata.name}` === id ? null : object);
}

/** An object of somebody else, in a namespace of ours that both environments call alike. */
export function foreign(
  apiVersion: string,
  kind: string,
  rest: object = {},
  namespace: string | null = "front",
): object {
  return { apiVersion, kind, metadata: { name: "x", ...(namespace !== null && { namespace }) }, ...rest };
}
