import type { KubeObject } from "../render/object.ts";
import { valueAt } from "./value-at.ts";

/** A field that the API does not change once an object exists. */
export interface ImmutableField {
  readonly kind: string;
  /** API group; the core group is "". */
  readonly group: string;
  /** The field and everything under it; keys with dots between them. */
  readonly path: string;
  /** What under it may change all the same; `*` stands for every element of a list. */
  readonly except?: readonly string[];
  /** What the API fills in: to write it or to leave it out is no change. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Where only some changes are refused. */
  readonly appliesTo?: (before: KubeObject, after: KubeObject) => boolean;
  /** The API's own words. `null`: it keeps the old value and says nothing. */
  readonly message: string | null;
}

const FIELD = "field is immutable";
const STATEFUL_SET =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const CLAIM =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
const SEALED = "field is immutable when `immutable` is set";

/**
 * Asked of Kubernetes 1.33: test/cluster/immutable.test.ts tries each row on a real API server. Earlier ones than 1.33
 * also refuse `spec.revisionHistoryLimit` of a StatefulSet, which Slipway never changes.
 */
export const IMMUTABLE: readonly ImmutableField[] = [
  ...["Deployment", "DaemonSet", "ReplicaSet"].map((kind) => field("apps", kind, "spec.selector", FIELD)),
  {
    ...field("apps", "StatefulSet", "spec", STATEFUL_SET),
    except: [
      "spec.replicas",
      "spec.ordinals",
      "spec.template",
      "spec.updateStrategy",
      "spec.revisionHistoryLimit",
      "spec.persistentVolumeClaimRetentionPolicy",
      "spec.minReadySeconds",
    ],
    defaults: {
      "spec.podManagementPolicy": "OrderedReady",
      "spec.volumeClaimTemplates.*.spec.volumeMode": "Filesystem",
    },
  },
  {
    // The API fills in `rollingUpdate`, and an apply that never wrote it does not take it away.
    ...field("apps", "StatefulSet", "spec.updateStrategy", "only allowed for updateStrategy 'RollingUpdate'"),
    appliesTo: (before, after) => !isOnDelete(before) && isOnDelete(after),
  },
  ...["selector", "template", "podFailurePolicy", "successPolicy", "backoffLimitPerIndex", "managedBy"].map((name) =>
    field("batch", "Job", `spec.${name}`, FIELD),
  ),
  { ...field("batch", "Job", "spec.completionMode", FIELD), defaults: { "spec.completionMode": "NonIndexed" } },
  {
    ...field("batch", "Job", "spec.completions", FIELD),
    // One is the default only where nothing is said of parallelism.
    appliesTo: (before, after) =>
      completions(before) !== completions(after) || valueAt(before, "spec.parallelism") !== undefined,
  },
  {
    ...field("", "Pod", "spec", "pod updates may not change fields other than"),
    except: [
      "spec.containers.*.image",
      "spec.initContainers.*.image",
      "spec.activeDeadlineSeconds",
      "spec.tolerations",
    ],
  },
  {
    ...field("", "PersistentVolumeClaim", "spec", CLAIM),
    except: ["spec.resources.requests.storage", "spec.volumeAttributesClassName"],
    defaults: { "spec.volumeMode": "Filesystem" },
  },
  {
    ...field("", "PersistentVolumeClaim", "spec.resources.requests.storage", "field can not be less than"),
    appliesTo: (before, after) => Number(storage(after)) < Number(storage(before)),
  },
  {
    ...field("", "PersistentVolume", "spec", "spec.persistentvolumesource is immutable after creation"),
    except: [
      "spec.accessModes",
      "spec.capacity",
      "spec.claimRef",
      "spec.mountOptions",
      "spec.nodeAffinity",
      "spec.persistentVolumeReclaimPolicy",
      "spec.storageClassName",
      "spec.volumeAttributesClassName",
      "spec.volumeMode",
    ],
  },
  { ...field("", "PersistentVolume", "spec.volumeMode", FIELD), defaults: { "spec.volumeMode": "Filesystem" } },
  {
    ...field("", "PersistentVolume", "spec.nodeAffinity", FIELD),
    appliesTo: (before) => valueAt(before, "spec.nodeAffinity") !== undefined,
  },
  {
    ...field("", "Service", "spec.clusterIP", "may not change once set"),
    appliesTo: (before, after) => hasAddress(before, after) && valueAt(after, "spec.clusterIP") !== undefined,
  },
  {
    ...field("", "Service", "spec.clusterIP", "may not be set to 'None' for"),
    appliesTo: (before, after) => leavesHeadless(before, after) && !isClusterIp(after),
  },
  {
    ...field("", "Service", "spec.clusterIP", null),
    appliesTo: (before, after) => leavesHeadless(before, after) && isClusterIp(after),
  },
  {
    ...field("", "Service", "spec.loadBalancerClass", "may not change once set"),
    appliesTo: (before, after) => [before, after].every((one) => valueAt(one, "spec.type") === "LoadBalancer"),
  },
  ...["RoleBinding", "ClusterRoleBinding"].map((kind) =>
    field("rbac.authorization.k8s.io", kind, "roleRef", "cannot change roleRef"),
  ),
  field("storage.k8s.io", "StorageClass", "provisioner", "updates to provisioner are forbidden"),
  field("storage.k8s.io", "StorageClass", "parameters", "updates to parameters are forbidden"),
  {
    ...field("storage.k8s.io", "StorageClass", "reclaimPolicy", "updates to reclaimPolicy are forbidden"),
    defaults: { reclaimPolicy: "Delete" },
  },
  {
    ...field("storage.k8s.io", "StorageClass", "volumeBindingMode", FIELD),
    defaults: { volumeBindingMode: "Immediate" },
  },
  field("scheduling.k8s.io", "PriorityClass", "value", "may not be changed in an update"),
  {
    ...field("scheduling.k8s.io", "PriorityClass", "preemptionPolicy", FIELD),
    defaults: { preemptionPolicy: "PreemptLowerPriority" },
  },
  ...["data", "binaryData", "immutable"].map((path) => sealed("ConfigMap", path)),
  ...["data", "stringData", "immutable"].map((path) => sealed("Secret", path)),
  { ...field("", "Secret", "type", FIELD), defaults: { type: "Opaque" } },
  field("", "ResourceQuota", "spec.scopes", FIELD),
  field("networking.k8s.io", "IngressClass", "spec.controller", FIELD),
  field("node.k8s.io", "RuntimeClass", "handler", FIELD),
  field("discovery.k8s.io", "EndpointSlice", "addressType", FIELD),
  field("apiextensions.k8s.io", "CustomResourceDefinition", "spec.scope", FIELD),
  field("apiextensions.k8s.io", "CustomResourceDefinition", "spec.names.kind", FIELD),
  {
    ...field("apiextensions.k8s.io", "CustomResourceDefinition", "spec.versions", "missing from spec.versions"),
    appliesTo: (before, after) => !versions(after).some(({ name }) => name === storedVersion(before)),
  },
];

function field(group: string, kind: string, path: string, message: string | null): ImmutableField {
  return { group, kind, path, message };
}

function sealed(kind: string, path: string): ImmutableField {
  return { ...field("", kind, path, SEALED), appliesTo: (before) => before["immutable"] === true };
}

function isOnDelete(statefulSet: KubeObject): boolean {
  return valueAt(statefulSet, "spec.updateStrategy.type") === "OnDelete";
}

function completions(job: KubeObject): unknown {
  return valueAt(job, "spec.completions") ?? 1;
}

function storage(claim: KubeObject): unknown {
  return valueAt(claim, "spec.resources.requests.storage");
}

/** An ExternalName has none, and may come and go. */
function hasAddress(...services: readonly KubeObject[]): boolean {
  return services.every((service) => valueAt(service, "spec.type") !== "ExternalName");
}

function leavesHeadless(before: KubeObject, after: KubeObject): boolean {
  const [old, wanted] = [before, after].map((service) => valueAt(service, "spec.clusterIP"));
  return old === "None" && wanted === undefined && hasAddress(before, after);
}

function isClusterIp(service: KubeObject): boolean {
  return (valueAt(service, "spec.type") ?? "ClusterIP") === "ClusterIP";
}

function versions(definition: KubeObject): readonly { readonly name?: string; readonly storage?: boolean }[] {
  return (valueAt(definition, "spec.versions") ?? []) as readonly { name?: string; storage?: boolean }[];
}

function storedVersion(definition: KubeObject): string | undefined {
  return versions(definition).find((version) => version.storage)?.name;
}
