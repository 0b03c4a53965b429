import type { KubeObject } from "./object.ts";

// What others need comes first: kustomize's own order, as `kubectl apply -k` applies it.
// https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/builtins/SortOrderTransformer.go
const FIRST = [
  "Namespace",
  "ResourceQuota",
  "LimitRange",
  "ServiceAccount",
  "ConfigMap",
  "Secret",
  "Service",
  "PersistentVolumeClaim",
];

/** Rank of a kind when objects are applied: lower first. */
export function applyRank({ kind }: KubeObject): number {
  const rank = FIRST.indexOf(kind);
  return rank < 0 ? FIRST.length : rank;
}
