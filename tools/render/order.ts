import type { KubeObject } from "./object.ts";

// What others need comes first: kustomize's own order, as `kubectl apply -k` applies it.
// https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/builtins/SortOrderTransformer.go
const FIRST = [
  "Namespace",
  "ResourceQuota",
  "StorageClass",
  "CustomResourceDefinition",
  "ServiceAccount",
  "Role",
  "ClusterRole",
  "RoleBinding",
  "ClusterRoleBinding",
  "ConfigMap",
  "Secret",
  "Service",
  "LimitRange",
  "PriorityClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
];

// These may refuse whatever comes after them.
const LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** Rank of a kind when objects are applied: lower first. */
export function applyRank({ kind }: KubeObject): number {
  const rank = FIRST.indexOf(kind);
  return rank < 0 ? FIRST.length + 1 + LAST.indexOf(kind) : rank;
}
