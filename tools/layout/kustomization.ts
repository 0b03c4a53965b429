import { emitFlow } from "../lib/yaml.ts";
import type { ImageEntry } from "./images.ts";
import type { Operation } from "./patch.ts";

/** The fields of a kustomization that Slipway uses: all of them known to kubectl 1.27. */
export interface Kustomization {
  readonly resources: readonly string[];
  readonly namespace?: string;
  readonly images?: readonly ImageEntry[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly patches?: readonly {
    readonly target: PatchTarget;
    readonly patch: string;
  }[];
}

/** What a patch changes; kustomize takes the name for a regular expression. */
export interface PatchTarget {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export function kustomization(fields: Kustomization): object {
  const { resources, namespace, images = [], replicas = [], patches = [] } = fields;
  return {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources,
    ...(namespace !== undefined && { namespace }),
    ...(images.length > 0 && { images }),
    ...(replicas.length > 0 && { replicas }),
    ...(patches.length > 0 && { patches }),
  };
}

/** Operations one a line, as a person would write them. */
export function patchText(operations: readonly Operation[]): string {
  return operations.map((operation) => `- ${emitFlow(operation)}\n`).join("");
}
