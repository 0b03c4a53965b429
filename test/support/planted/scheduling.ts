import { type Planted, ENCLAVE_WEB, WEB, foreign, inBoth, inEnclave, on, web, webPod, without } from "./plant.ts";

const MODEL = inEnclave("Deployment/model");

/** `null` removes a default only in a layer above it. */
const everywhere = (patch: object): object => ({ local: patch, enclave: patch });

export const SCHEDULING: readonly Planted[] = [
  {
    code: "LIMITS_ORDER",
    by: "a request above its limit",
    where: WEB,
    change: web((service) => (service.resources = { requests: { memory: "1Gi" }, limits: { memory: "512Mi" } })),
  },
  {
    code: "EPHEMERAL_STORAGE",
    by: "silence",
    where: WEB,
    change: web(
      (service) => (service.environments = everywhere({ resources: { limits: { "ephemeral-storage": null } } })),
    ),
  },
  {
    code: "EPHEMERAL_STORAGE",
    by: "emptyDirs that are larger",
    where: WEB,
    change: web((service) => (service.volumes.cache.size = "2Gi")),
  },
  { code: "EMPTY_DIR_LIMIT", by: "no size", where: WEB, change: web((service) => delete service.volumes.cache.size) },
  {
    code: "MEMORY_VOLUME",
    by: "a shared memory as large as the limit",
    where: MODEL,
    change: ({ services }) => (services!["model"].gpu.shmSize = "8Gi"),
  },
  {
    code: "PROBE_PORT",
    by: "a number",
    where: WEB,
    edit: webPod((c) => (c.livenessProbe.tcpSocket.port = 9999)),
  },
  {
    code: "PORT_NAMES",
    by: "no name",
    where: WEB,
    also: ["PROBE_PORT", "SERVICE_PORTS"],
    edit: webPod((c) => delete c.ports[0].name),
  },
  {
    code: "PORT_NAMES",
    by: "one number twice",
    where: WEB,
    edit: webPod((c) => c.ports.push({ ...c.ports[0], name: "again" })),
  },
  {
    code: "PRIVILEGED_PORT",
    by: "80",
    where: WEB,
    change: web((service) => (service.ports.plain = { containerPort: 80 })),
  },
  {
    code: "REPLICAS",
    by: "one",
    where: inEnclave("Deployment/api"),
    change: ({ services }) => (services!["api"].environments.enclave = { replicas: 1 }),
  },
  { code: "SPREAD", by: "nothing", where: WEB, edit: webPod((_, pod) => delete pod.topologySpreadConstraints) },
  {
    code: "SPREAD",
    by: "other pods' labels",
    where: WEB,
    edit: webPod((_, pod) => {
      for (const one of pod.topologySpreadConstraints) one.labelSelector.matchLabels = { app: "other" };
    }),
  },
  {
    code: "DISRUPTION_BUDGET",
    by: "none",
    where: WEB,
    edit: without("PodDisruptionBudget/web"),
  },
  {
    code: "DISRUPTION_BUDGET_BLOCKS",
    by: "as many as there are",
    where: inEnclave("PodDisruptionBudget/web"),
    change: web((service) => (service.podDisruptionBudget.minAvailable = 2)),
  },
  {
    code: "DISRUPTION_BUDGET_BLOCKS",
    by: "nothing may go",
    where: inEnclave("PodDisruptionBudget/api"),
    change: ({ services }) => (services!["api"].podDisruptionBudget = { maxUnavailable: 0 }),
  },
  {
    code: "DISRUPTION_BUDGET_BLOCKS",
    by: "sick pods that count",
    where: inEnclave("PodDisruptionBudget/web"),
    edit: on("PodDisruptionBudget/web", (object) => delete object.spec.unhealthyPodEvictionPolicy),
  },
  {
    code: "STRATEGY",
    by: "Recreate without a reason",
    where: inEnclave("Deployment/api"),
    change: ({ services }) => (services!["api"].strategy = { type: "Recreate" }),
  },
  {
    code: "GPU",
    by: "unequal sides",
    where: MODEL,
    also: ["LIMITS_ORDER"],
    edit: on("Deployment/model", (_, pod) => {
      const { requests } = pod.containers[0].resources;
      if ("nvidia.com/gpu" in requests) requests["nvidia.com/gpu"] = "2";
    }),
  },
  {
    code: "GPU",
    by: "past the scheduler",
    where: WEB,
    change: web((service) => (service.env = { NVIDIA_VISIBLE_DEVICES: "all" })),
  },
  {
    code: "GPU_SURGE",
    by: "a surge",
    where: MODEL,
    change: ({ services }) => (services!["model"].strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }),
  },
  {
    code: "RESTART_POLICY",
    by: "none",
    where: inBoth("Job/x"),
    also: ["EGRESS_DNS", "LABELS", "NETWORK_POLICY", "SERVICE_ACCOUNT_TOKEN", "SECURITY_CONTEXT"],
    add: [foreign("batch/v1", "Job", { spec: { template: { spec: { containers: [] } } } })],
  },
  {
    code: "CRON_DEADLINE",
    by: "none",
    where: inBoth("CronJob/x"),
    add: [foreign("batch/v1", "CronJob", { spec: { schedule: "@daily" } })],
  },
  {
    code: "STORAGE_CLASS",
    by: "a claim without",
    where: inEnclave("PersistentVolumeClaim/media"),
    change: ({ volumes }) => delete volumes!["media"].storageClassName,
  },
  {
    code: "STORAGE_CLASS",
    by: "a claim template without",
    where: inEnclave("StatefulSet/db"),
    change: ({ services }) => delete services!["db"].volumes.data.storageClassName,
  },
  {
    code: "CLAIM_SIZE",
    by: "nothing",
    where: inBoth("PersistentVolumeClaim/media"),
    change: ({ volumes }) => (volumes!["media"].size = "0"),
  },
  {
    code: "STORAGE_PROVISIONER",
    by: "one that left",
    where: inBoth("StorageClass/x"),
    add: [
      foreign(
        "storage.k8s.io/v1",
        "StorageClass",
        { provisioner: "kubernetes.io/aws-ebs", parameters: { type: "gp3" } },
        null,
      ),
    ],
  },
  {
    code: "AUTOSCALER",
    by: "replicas beside it",
    where: inBoth("HorizontalPodAutoscaler/web"),
    edit: webPod((_, __, object) => (object.spec.replicas = 2)),
  },
  {
    code: "AUTOSCALER",
    by: "nothing to decide",
    where: inBoth("HorizontalPodAutoscaler/web"),
    change: web((service) => (service.autoscaling.maxReplicas = 2)),
  },
  {
    code: "AUTOSCALER",
    by: "no target",
    where: inBoth("HorizontalPodAutoscaler/web"),
    edit: on("HorizontalPodAutoscaler/web", (object) => (object.spec.scaleTargetRef.name = "wbe")),
    also: ["REPLICAS", "DISRUPTION_BUDGET_BLOCKS"],
  },
  {
    code: "AUTOSCALER_MINIMUM",
    by: "one",
    where: inEnclave("HorizontalPodAutoscaler/web"),
    also: ["REPLICAS", "DISRUPTION_BUDGET_BLOCKS"],
    change: web((service) => (service.autoscaling.minReplicas = 1)),
  },
  {
    code: "NAMESPACE_LIMITS",
    by: "no LimitRange",
    where: inEnclave("Namespace/front"),
    change: ({ namespaces }) => delete namespaces!["front"].limitRange,
  },
  {
    code: "QUOTA",
    by: "memory for the surge",
    where: inBoth("ResourceQuota/quota"),
    // Four replicas and one more while they are replaced, of 256Mi each.
    change: ({ namespaces }) => (namespaces!["front"].resourceQuota["requests.memory"] = "1Gi"),
  },
  {
    code: "QUOTA",
    by: "GPUs",
    where: inEnclave("ResourceQuota/quota"),
    change: ({ namespaces }) => (namespaces!["back"].resourceQuota["requests.nvidia.com/gpu"] = "0"),
  },
  {
    code: "QUOTA",
    by: "pods, jobs too",
    where: inEnclave("ResourceQuota/quota"),
    // db, model, api with three replicas and its surge, and the job.
    change: ({ namespaces }) => (namespaces!["back"].resourceQuota.pods = "6"),
  },
  {
    code: "QUOTA_COVERED",
    by: "a limit that nobody writes",
    where: WEB,
    also: ["NAMESPACE_LIMITS", "RESOURCES"],
    change: (registry) => {
      registry["services"]!["web"].environments = everywhere({ resources: { limits: { cpu: null } } });
      delete registry["namespaces"]!["front"].limitRange;
    },
  },
  {
    code: "NAMESPACE_LIMITS",
    by: "a quota that counts pods only",
    where: inEnclave("Namespace/front"),
    change: ({ namespaces }) => (namespaces!["front"].resourceQuota = { pods: "20" }),
  },
  {
    code: "IMAGE_PULL_ALWAYS",
    by: "saying so",
    where: ENCLAVE_WEB,
    change: web((s) => (s.imagePullPolicy = "Always")),
  },
];
