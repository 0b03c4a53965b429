import type { NodeContainer } from "./judge.ts";

/** Labels of which every node of some local cluster has one. */
export const NODE_LABELS = [
  // https://github.com/kubernetes-sigs/kind/blob/v0.27.0/pkg/cluster/internal/providers/docker/constants.go
  "io.x-k8s.kind.role",
  // https://github.com/k3d-io/k3d/blob/v5.7.4/pkg/types/types.go
  "k3d.role",
  // https://github.com/kubernetes/minikube/blob/v1.35.0/pkg/drivers/kic/oci/types.go
  "role.minikube.sigs.k8s.io",
] as const;

interface Listed {
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Ports?: readonly { readonly IP?: string; readonly PublicPort?: number }[];
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string }>> };
}

/** A container as the engine lists it; null where it belongs to no cluster, or is its registry. */
export function nodeContainer(listed: object): NodeContainer | null {
  const { Names, Labels = {}, Ports = [], NetworkSettings } = listed as Listed;
  const membership = membershipOf(Labels);
  if (!membership) return null;
  return {
    name: (Names?.[0] ?? "").replace(/^\//, ""),
    ...membership,
    published: Ports.flatMap(({ IP, PublicPort }) =>
      PublicPort === undefined ? [] : [{ address: IP ?? "0.0.0.0", port: PublicPort }],
    ),
    addresses: Object.values(NetworkSettings?.Networks ?? {}).flatMap(({ IPAddress }) => IPAddress || []),
  };
}

type Membership = Pick<NodeContainer, "distribution" | "cluster" | "isControlPlane" | "isNode">;

function membershipOf(labels: Readonly<Record<string, string>>): Membership | null {
  const [kind, k3d, minikube] = NODE_LABELS.map((label) => labels[label]);
  if (kind !== undefined) return ofKind(kind, labels);
  if (k3d !== undefined) return ofK3d(k3d, labels);
  if (minikube === undefined || labels["created_by.minikube.sigs.k8s.io"] !== "true") return null;
  // Each of its nodes says that it is a control plane.
  const cluster = labels["name.minikube.sigs.k8s.io"] ?? "";
  return { distribution: "minikube", cluster, isControlPlane: true, isNode: true };
}

function ofKind(role: string, labels: Readonly<Record<string, string>>): Membership {
  const isBalancer = role === "external-load-balancer";
  const cluster = labels["io.x-k8s.kind.cluster"] ?? "";
  return { distribution: "kind", cluster, isControlPlane: role === "control-plane" || isBalancer, isNode: !isBalancer };
}

/** The API is published by the load balancer, where there is one. */
function ofK3d(role: string, labels: Readonly<Record<string, string>>): Membership | null {
  const isBalancer = role === "loadbalancer";
  const isNode = role === "server" || role === "agent";
  if (labels["app"] !== "k3d" || !(isBalancer || isNode)) return null;
  const cluster = labels["k3d.cluster"] ?? "";
  return { distribution: "k3d", cluster, isControlPlane: role === "server" || isBalancer, isNode };
}
