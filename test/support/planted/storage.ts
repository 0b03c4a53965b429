import { type Planted, ENCLAVE_WEB, WEB, foreign, inBoth, inEnclave, on, web, webPod } from "./plant.ts";

/** `null` removes a default only in a layer above it. */
const everywhere = (patch: object): object => ({ local: patch, enclave: patch });

/** Storage, autoscalers and quotas. */
export const STORAGE: readonly Planted[] = [
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
    code: "GPU_CAPACITY",
    by: "one more than there are",
    where: inEnclave("Deployment/model"),
    change: ({ environments }) => (environments!["enclave"].gpus = 0),
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
