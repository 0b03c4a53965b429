import type { KubeObject } from "../../tools/render/object.ts";

// The smallest objects of each kind that have immutable fields; none of them starts a pod.

export const NAMESPACE = "slipway-immutable";

/** By this label whatever belongs to no namespace is found again. */
export const MARK = { "slipway-test": "immutable" };

/** Objects that tests change at will. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Draft = any;

const pod = { nodeSelector: { no: "such" }, containers: [{ name: "c", image: "registry.invalid/c:1" }] };
const once = { ...pod, restartPolicy: "Never" };
export const select = (app: string): object => ({ matchLabels: { app } });
export const template = (app: string, spec: object = pod): object => ({ metadata: { labels: { app } }, spec });

const SPECS: Readonly<Record<string, object>> = {
  "apps/v1 Deployment": { spec: { replicas: 0, selector: select("a"), template: template("a") } },
  "apps/v1 DaemonSet": { spec: { selector: select("a"), template: template("a") } },
  "apps/v1 ReplicaSet": { spec: { replicas: 0, selector: select("a"), template: template("a") } },
  "apps/v1 StatefulSet": {
    spec: {
      replicas: 0,
      serviceName: "s",
      revisionHistoryLimit: 3,
      selector: select("a"),
      template: template("a"),
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], storageClassName: "x", resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  },
  "batch/v1 Job": { spec: { parallelism: 0, backoffLimit: 1, template: template("a", once) } },
  "batch/v1 CronJob": {
    spec: { schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: { template: template("a", once) } } },
  },
  "v1 Pod": { spec: pod },
  "v1 PersistentVolumeClaim": {
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "x", resources: { requests: { storage: "1Gi" } } },
  },
  "v1 PersistentVolume": {
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: "/tmp/slipway-immutable" },
      storageClassName: MARK["slipway-test"],
      persistentVolumeReclaimPolicy: "Retain",
    },
  },
  "v1 Service": { spec: { type: "ClusterIP", selector: { app: "a" }, ports: [{ name: "http", port: 80 }] } },
  "v1 ConfigMap": { data: { a: "1" } },
  "v1 Secret": { type: "Opaque", stringData: { a: "1" } },
  "v1 ResourceQuota": { spec: { hard: { pods: "50" }, scopes: ["BestEffort"] } },
  "rbac.authorization.k8s.io/v1 RoleBinding": {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
    subjects: [{ kind: "ServiceAccount", name: "a", namespace: NAMESPACE }],
  },
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "a" },
    subjects: [{ kind: "ServiceAccount", name: "a", namespace: NAMESPACE }],
  },
  "storage.k8s.io/v1 StorageClass": {
    provisioner: "slipway.dev/none",
    parameters: { a: "1" },
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  },
  "scheduling.k8s.io/v1 PriorityClass": { value: 1000 },
  "networking.k8s.io/v1 IngressClass": { spec: { controller: "slipway.dev/a" } },
  "networking.k8s.io/v1 NetworkPolicy": { spec: { podSelector: select("a"), policyTypes: ["Ingress"] } },
  "node.k8s.io/v1 RuntimeClass": { handler: "a" },
  "policy/v1 PodDisruptionBudget": { spec: { maxUnavailable: 1, selector: select("a") } },
  "discovery.k8s.io/v1 EndpointSlice": { addressType: "IPv4", endpoints: [], ports: [] },
  "autoscaling/v2 HorizontalPodAutoscaler": {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" }, maxReplicas: 2 },
  },
  "apiextensions.k8s.io/v1 CustomResourceDefinition": {
    spec: {
      group: "immutable.slipway.dev",
      scope: "Namespaced",
      names: { plural: "probes", singular: "probe", kind: "Probe", listKind: "ProbeList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  },
};

const CLUSTER_SCOPED =
  /^(PersistentVolume|ClusterRoleBinding|StorageClass|PriorityClass|IngressClass|RuntimeClass|CustomResourceDefinition)$/;

/** A new object; `change` makes it another one. */
export function probe(type: string, name: string, change: (object: Draft) => unknown = () => {}): KubeObject {
  const [apiVersion = "", kind = ""] = type.split(" ");
  const namespace = CLUSTER_SCOPED.test(kind) ? {} : { namespace: NAMESPACE };
  const object = {
    apiVersion,
    kind,
    metadata: { name, ...namespace, labels: MARK },
    ...(structuredClone(SPECS[type]) as object),
  };
  change(object);
  return object;
}
