import type { KubeObject } from "../render/object.ts";

/** The part of a claim's spec that says what has to be provided. */
export interface Claim {
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
}

/** What a claim of its own, or one for each pod of a StatefulSet, asks for. */
export function claimsOf({ kind, spec }: KubeObject): Claim[] {
  if (kind === "PersistentVolumeClaim") return [spec as Claim];
  const { volumeClaimTemplates = [] } = (spec ?? {}) as { volumeClaimTemplates?: readonly { readonly spec: Claim }[] };
  return volumeClaimTemplates.map((template) => template.spec);
}
