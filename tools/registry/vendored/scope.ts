// Which kinds belong to no namespace. A manifest does not say it; the API would, but there is none when files are written.

/** Kubernetes' own: https://kubernetes.io/docs/reference/kubernetes-api/ */
const OWN: readonly string[] = [
  "/Namespace",
  "/Node",
  "/PersistentVolume",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "certificates.k8s.io/CertificateSigningRequest",
  "certificates.k8s.io/ClusterTrustBundle",
  "flowcontrol.apiserver.k8s.io/FlowSchema",
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  "networking.k8s.io/IngressClass",
  "networking.k8s.io/IPAddress",
  "networking.k8s.io/ServiceCIDR",
  "node.k8s.io/RuntimeClass",
  "policy/PodSecurityPolicy",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "resource.k8s.io/DeviceClass",
  "resource.k8s.io/ResourceSlice",
  "scheduling.k8s.io/PriorityClass",
  "snapshot.storage.k8s.io/VolumeSnapshotClass",
  "snapshot.storage.k8s.io/VolumeSnapshotContent",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/CSINode",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/VolumeAttachment",
  "storage.k8s.io/VolumeAttributesClass",
];

/** Of operators that are met often, for custom resources whose definition is not among the files. */
const OPERATORS: readonly string[] = [
  "cert-manager.io/ClusterIssuer",
  "cilium.io/CiliumClusterwideNetworkPolicy",
  "cilium.io/CiliumLoadBalancerIPPool",
  "crd.projectcalico.org/GlobalNetworkPolicy",
  "crd.projectcalico.org/IPPool",
  "external-secrets.io/ClusterExternalSecret",
  "external-secrets.io/ClusterSecretStore",
  "gateway.networking.k8s.io/GatewayClass",
  "karpenter.sh/NodePool",
  "keda.sh/ClusterTriggerAuthentication",
  "kyverno.io/ClusterCleanupPolicy",
  "kyverno.io/ClusterPolicy",
  "nfd.k8s-sigs.io/NodeFeatureRule",
  "nvidia.com/ClusterPolicy",
  "operator.tigera.io/Installation",
  "policy.networking.k8s.io/AdminNetworkPolicy",
  "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
  "projectcalico.org/GlobalNetworkPolicy",
  "trust.cert-manager.io/Bundle",
];

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([...OWN, ...OPERATORS]);

/** Groups of Kubernetes itself: what is not in the list above has a namespace. */
const BUILT_IN =
  /^$|^(apps|autoscaling|batch|extensions|policy)$|^(admissionregistration|apiextensions|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io$/;

export type Scope = "cluster" | "namespaced" | "unknown";

/** A group and a kind as one text: `apps/Deployment`, `/Service` for the core group. */
export function groupKind(apiVersion: string, kind: string): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** The group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

export function isBuiltIn(apiVersion: string): boolean {
  return BUILT_IN.test(groupOf(apiVersion));
}

/** `defined`: group and kind → scope, of the definitions among the files themselves, which know best. */
export function scopeOf(apiVersion: string, kind: string, defined: ReadonlyMap<string, Scope>): Scope {
  const id = groupKind(apiVersion, kind);
  const own = defined.get(id);
  if (own) return own;
  if (CLUSTER_SCOPED.has(id)) return "cluster";
  return isBuiltIn(apiVersion) ? "namespaced" : "unknown";
}
