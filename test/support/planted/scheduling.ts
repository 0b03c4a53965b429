import { type Planted, WEB, foreign, inBoth, inEnclave, on, web, webPod, without } from "./plant.ts";

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
    by: "a name too long",
    where: WEB,
    edit: webPod((c) => c.ports.push({ name: "a-name-that-is-too-long", containerPort: 9999 })),
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
  {
    code: "SPREAD",
    by: "nothing",
    where: WEB,
    edit: webPod((_, pod) => {
      delete pod.affinity;
      delete pod.topologySpreadConstraints;
    }),
  },
  {
    code: "SPREAD",
    by: "other pods' labels",
    where: WEB,
    edit: webPod((_, pod) => {
      delete pod.affinity;
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
    by: "one where they are mocked",
    where: ["overlays/local Deployment/web"],
    edit: webPod((c, _, object) => {
      if (object.spec.template.spec.containers[0].image.startsWith("harbor")) return;
      c.resources.limits["nvidia.com/gpu"] = "1";
      c.resources.requests["nvidia.com/gpu"] = "1";
    }),
    also: ["GPU_SURGE"],
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
];
