import { type Draft, MARK, select, template } from "./immutable-objects.ts";

/** `kept`: it is accepted, and the old value stays. */
export type Outcome = "refused" | "accepted" | "kept";

export type Change = (object: Draft) => unknown;
/** What the API makes of a change; `start` makes the object what it is before. */
export type Row = readonly [outcome: Outcome, title: string, change: Change, start?: Change];

const claimSize = (size: string) => (claim: Draft) => (claim.spec.resources.requests.storage = size);
const templateSize = (size: string) => (set: Draft) => claimSize(size)(set.spec.volumeClaimTemplates[0]);
const headless: Change = (service) => (service.spec.clusterIP = "None");
const sealed: Change = (object) => (object.immutable = true);
const otherSelector: Change = ({ spec }) => Object.assign(spec, { selector: select("b"), template: template("b") });
const indexed: Change = ({ spec }) => Object.assign(spec, { completionMode: "Indexed", completions: 2 });
const failOn42 = { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [42] } }] };
const affinity = (value: string): object => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "In", values: [value] }] }] },
});

/** By kind. */
export const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "apps/v1 Deployment": [
    ["refused", "selector", otherSelector],
    ["accepted", "strategy", ({ spec }) => (spec.strategy = { type: "Recreate" })],
  ],
  "apps/v1 DaemonSet": [
    ["refused", "selector", otherSelector],
    ["accepted", "updateStrategy OnDelete", ({ spec }) => (spec.updateStrategy = { type: "OnDelete" })],
  ],
  "apps/v1 ReplicaSet": [["refused", "selector", otherSelector]],
  "apps/v1 StatefulSet": [
    ["refused", "selector", otherSelector],
    ["refused", "serviceName", ({ spec }) => (spec.serviceName = "t")],
    ["refused", "podManagementPolicy", ({ spec }) => (spec.podManagementPolicy = "Parallel")],
    ["refused", "size of a claim template", templateSize("2Gi")],
    ["refused", "class of a claim template", ({ spec }) => (spec.volumeClaimTemplates[0].spec.storageClassName = "y")],
    ["refused", "labels of a claim template", ({ spec }) => (spec.volumeClaimTemplates[0].metadata.labels = MARK)],
    ["refused", "no claim template", ({ spec }) => delete spec.volumeClaimTemplates],
    [
      "refused",
      "a second claim template",
      ({ spec: { volumeClaimTemplates: list } }) => list.push({ ...list[0], metadata: { name: "more" } }),
    ],
    ["accepted", "the same size in other words", templateSize("1024Mi")],
    ["accepted", "the default volumeMode", ({ spec }) => (spec.volumeClaimTemplates[0].spec.volumeMode = "Filesystem")],
    ["accepted", "the default podManagementPolicy", ({ spec }) => (spec.podManagementPolicy = "OrderedReady")],
    [
      "refused",
      "updateStrategy OnDelete, beside the RollingUpdate that the API has filled in",
      ({ spec }) => (spec.updateStrategy = { type: "OnDelete" }),
    ],
    [
      "accepted",
      "updateStrategy RollingUpdate",
      ({ spec }) => (spec.updateStrategy = { type: "RollingUpdate" }),
      ({ spec }) => (spec.updateStrategy = { type: "OnDelete" }),
    ],
    [
      "accepted",
      "whatever else it has",
      ({ spec }) =>
        Object.assign(spec, {
          minReadySeconds: 5,
          ordinals: { start: 1 },
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
          revisionHistoryLimit: 5,
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } },
          template: template("a", { ...spec.template.spec, terminationGracePeriodSeconds: 5 }),
        }),
    ],
  ],
  "batch/v1 Job": [
    ["refused", "template", ({ spec }) => (spec.template.spec.containers[0].image = "registry.invalid/c:2")],
    ["refused", "completions", ({ spec }) => (spec.completions = 2)],
    ["refused", "completions of one, beside parallelism", ({ spec }) => (spec.completions = 1)],
    [
      "refused",
      "completionMode",
      ({ spec }) => (spec.completionMode = "Indexed"),
      ({ spec }) => (spec.completions = 2),
    ],
    ["refused", "selector", ({ spec }) => Object.assign(spec, { manualSelector: true, selector: select("z") })],
    [
      "refused",
      "podFailurePolicy",
      ({ spec }) => (spec.podFailurePolicy = failOn42),
      ({ spec }) => (spec.podReplacementPolicy = "Failed"),
    ],
    ["refused", "successPolicy", ({ spec }) => (spec.successPolicy = { rules: [{ succeededCount: 1 }] }), indexed],
    ["refused", "backoffLimitPerIndex", ({ spec }) => (spec.backoffLimitPerIndex = 1), indexed],
    ["refused", "managedBy", ({ spec }) => (spec.managedBy = "slipway.dev/x")],
    ["accepted", "the default completionMode", ({ spec }) => (spec.completionMode = "NonIndexed")],
    [
      "accepted",
      "limits",
      ({ spec }) => Object.assign(spec, { backoffLimit: 2, activeDeadlineSeconds: 9, suspend: true }),
    ],
  ],
  "batch/v1 CronJob": [
    [
      "accepted",
      "schedule and job",
      ({ spec }) =>
        Object.assign(
          spec,
          { schedule: "1 0 1 1 *" },
          { jobTemplate: { spec: { ...spec.jobTemplate.spec, completions: 2 } } },
        ),
    ],
  ],
  "v1 Pod": [
    ["refused", "env", ({ spec }) => (spec.containers[0].env = [{ name: "A", value: "b" }])],
    ["accepted", "image", ({ spec }) => (spec.containers[0].image = "registry.invalid/c:2")],
    ["accepted", "one toleration more", ({ spec }) => (spec.tolerations = [{ key: "a", operator: "Exists" }])],
    ["accepted", "activeDeadlineSeconds", ({ spec }) => (spec.activeDeadlineSeconds = 100)],
  ],
  "v1 PersistentVolumeClaim": [
    ["refused", "storageClassName", ({ spec }) => (spec.storageClassName = "y")],
    ["refused", "no storageClassName", ({ spec }) => delete spec.storageClassName],
    ["refused", "accessModes", ({ spec }) => (spec.accessModes = ["ReadWriteMany"])],
    ["refused", "selector", ({ spec }) => (spec.selector = select("a"))],
    ["refused", "dataSource", ({ spec }) => (spec.dataSource = { kind: "PersistentVolumeClaim", name: "x" })],
    ["accepted", "the same size in other words", claimSize("1024Mi")],
    ["accepted", "the default volumeMode", ({ spec }) => (spec.volumeMode = "Filesystem")],
  ],
  "v1 PersistentVolume": [
    ["refused", "source", ({ spec }) => (spec.hostPath.path = "/tmp/other")],
    ["refused", "volumeMode", ({ spec }) => (spec.volumeMode = "Block")],
    [
      "refused",
      "nodeAffinity",
      ({ spec }) => (spec.nodeAffinity = affinity("c")),
      ({ spec }) => (spec.nodeAffinity = affinity("b")),
    ],
    [
      "accepted",
      "size and policy",
      ({ spec }) => Object.assign(spec, { capacity: { storage: "2Gi" }, persistentVolumeReclaimPolicy: "Delete" }),
    ],
  ],
  "v1 Service": [
    ["refused", "headless", headless],
    ["refused", "an address instead of headless", ({ spec }) => (spec.clusterIP = "10.96.200.200"), headless],
    [
      "refused",
      "NodePort instead of headless",
      ({ spec }) => delete spec.clusterIP && Object.assign(spec, { type: "NodePort" }),
      headless,
    ],
    ["kept", "no longer headless", ({ spec }) => delete spec.clusterIP, headless],
    [
      "refused",
      "loadBalancerClass",
      ({ spec }) => (spec.loadBalancerClass = "slipway.dev/b"),
      ({ spec }) => Object.assign(spec, { type: "LoadBalancer", loadBalancerClass: "slipway.dev/a" }),
    ],
    ["accepted", "ClusterIP", ({ spec }) => (spec.type = "ClusterIP"), ({ spec }) => (spec.type = "LoadBalancer")],
    ["accepted", "NodePort", ({ spec }) => (spec.type = "NodePort")],
    [
      "accepted",
      "ExternalName",
      (service) => (service.spec = { type: "ExternalName", externalName: "a.example" }),
      headless,
    ],
    [
      "accepted",
      "ports and selector",
      ({ spec }) => Object.assign(spec, { selector: { app: "b" }, ports: [{ port: 81 }] }),
    ],
  ],
  "v1 ConfigMap": [
    ["refused", "data of a sealed one", ({ data }) => (data.a = "2"), sealed],
    ["refused", "binaryData of a sealed one", (map) => (map.binaryData = { b: "AAAA" }), sealed],
    ["refused", "no longer sealed", (map) => delete map.immutable, sealed],
    ["accepted", "data, and sealed", (map) => Object.assign(map, { immutable: true, data: { a: "2" } })],
  ],
  "v1 Secret": [
    ["refused", "stringData of a sealed one", ({ stringData }) => (stringData.a = "2"), sealed],
    ["refused", "data of a sealed one", (secret) => (secret.data = { b: "AAAA" }), sealed],
    ["refused", "no longer sealed", (secret) => delete secret.immutable, sealed],
    ["refused", "type", (secret) => (secret.type = "slipway.dev/x")],
    ["accepted", "data", ({ stringData }) => (stringData.a = "2")],
  ],
  "v1 ResourceQuota": [
    ["refused", "scopes", ({ spec }) => (spec.scopes = ["NotBestEffort"])],
    ["accepted", "hard", ({ spec }) => (spec.hard.pods = "60")],
  ],
  "rbac.authorization.k8s.io/v1 RoleBinding": [
    ["refused", "roleRef", ({ roleRef }) => (roleRef.name = "b")],
    ["accepted", "subjects", ({ subjects }) => (subjects[0].name = "b")],
  ],
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": [["refused", "roleRef", ({ roleRef }) => (roleRef.name = "b")]],
  "storage.k8s.io/v1 StorageClass": [
    ["refused", "provisioner", (one) => (one.provisioner = "slipway.dev/other")],
    ["refused", "parameters", ({ parameters }) => (parameters.a = "2")],
    ["refused", "reclaimPolicy", (one) => (one.reclaimPolicy = "Retain")],
    ["refused", "volumeBindingMode", (one) => (one.volumeBindingMode = "WaitForFirstConsumer")],
    ["accepted", "defaults left out", (one) => delete one.reclaimPolicy && delete one.volumeBindingMode],
    ["accepted", "the rest", (one) => Object.assign(one, { allowVolumeExpansion: true, mountOptions: ["ro"] })],
  ],
  "scheduling.k8s.io/v1 PriorityClass": [
    ["refused", "value", (one) => (one.value = 2000)],
    ["refused", "preemptionPolicy", (one) => (one.preemptionPolicy = "Never")],
    ["accepted", "the default preemptionPolicy", (one) => (one.preemptionPolicy = "PreemptLowerPriority")],
    ["accepted", "description", (one) => (one.description = "y")],
  ],
  "networking.k8s.io/v1 IngressClass": [["refused", "controller", ({ spec }) => (spec.controller = "slipway.dev/b")]],
  "networking.k8s.io/v1 NetworkPolicy": [
    ["accepted", "all of it", ({ spec }) => Object.assign(spec, { podSelector: {}, policyTypes: ["Egress"] })],
  ],
  "node.k8s.io/v1 RuntimeClass": [
    ["refused", "handler", (one) => (one.handler = "b")],
    ["accepted", "overhead", (one) => (one.overhead = { podFixed: { cpu: "10m" } })],
  ],
  "policy/v1 PodDisruptionBudget": [["accepted", "selector", ({ spec }) => (spec.selector = select("b"))]],
  "discovery.k8s.io/v1 EndpointSlice": [["refused", "addressType", (one) => (one.addressType = "IPv6")]],
  "autoscaling/v2 HorizontalPodAutoscaler": [["accepted", "target", ({ spec }) => (spec.scaleTargetRef.name = "b")]],
};

/** A definition's name is that of its kind, so there is one of them, changed in several ways. */
export const DEFINITION: readonly Row[] = [
  ["refused", "scope", ({ spec }) => (spec.scope = "Cluster")],
  ["refused", "kind", ({ spec }) => Object.assign(spec.names, { kind: "Other", listKind: "OtherList" })],
  ["refused", "a stored version gone", ({ spec }) => (spec.versions[0].name = "v2")],
  ["accepted", "a short name", ({ spec }) => (spec.names.shortNames = ["pr"])],
];

/** Whether a claim may grow and shrink is told only once it is bound, to a volume whose class allows expansion. */
export const BOUND: readonly Row[] = [
  ["refused", "a smaller size", claimSize("500Mi")],
  ["accepted", "a larger size", claimSize("2Gi")],
];
