import { z } from "zod";
import { serviceAccount } from "./account.ts";
import { autoscaling } from "./autoscaling.ts";
import { build } from "./build.ts";
import { initContainer, lifecycle, resources, sidecar } from "./container.ts";
import { develop } from "./develop.ts";
import { exception } from "./exception.ts";
import { job, jobSettings } from "./job.ts";
import {
  absolutePath,
  dataKey,
  description,
  dnsLabel,
  dnsSubdomain,
  envName,
  imageReference,
  intOrPercent,
  ownPort,
  portName,
  recordOf,
  template,
  textMap,
  urlPath,
} from "./names.ts";
import { external, extraService, kubernetesService, networkPolicy, port, route } from "./network.ts";
import { patch } from "./operation.ts";
import { patchOf } from "./patch.ts";
import { probes } from "./probe.ts";
import { affinity, dnsConfig, gpu, hostAlias, strategy, toleration, topologySpreadConstraint } from "./scheduling.ts";
import { securityContext } from "./security.ts";
import { envFromEntry, envValue, mountedFile } from "./variables.ts";
import { verifyCheck } from "./verify.ts";
import { volume } from "./volume.ts";

const SERVICE_KINDS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "External", "Image"] as const;

/** Objects whose names are not said elsewhere. */
const NAMED_KINDS = ["Workload", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"] as const;

const program = {
  image: imageReference.optional().describe("Reference of its image; of the one that is made, where it is built here."),
  imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional().describe("IfNotPresent by default."),
  imagePullSecrets: z.array(dnsSubdomain).optional().describe("Secrets with credentials for registries."),
  build: build.optional().describe("Built here rather than pulled."),
  containerName: dnsLabel.optional().describe("The service's name by default."),
  command: z.array(template).optional().describe("The image's ENTRYPOINT by default."),
  args: z.array(template).optional().describe("The image's CMD by default."),
  workingDir: absolutePath.optional().describe("The image's WORKDIR by default."),
  env: recordOf(envName, envValue).optional().describe("Variables."),
  envFrom: z.array(envFromEntry).optional().describe("Every key of a Secret or of a config as a variable."),
  envFile: z
    .array(z.string())
    .optional()
    .describe(
      "Files of NAME=value lines beside services.json; later ones win, and `env` over all of them. No secrets.",
    ),
  config: z
    .strictObject({
      name: dnsSubdomain.optional().describe("The service's name by default."),
      values: recordOf(dataKey, template).describe("Its variables."),
    })
    .optional()
    .describe("Variables from a ConfigMap of the service's own."),
  files: recordOf(absolutePath, mountedFile).optional().describe("By their path in the container."),
  volumes: recordOf(dnsLabel, volume).optional().describe("By name."),
  probes: probes.optional().describe("How the kubelet asks how it is."),
  lifecycle: lifecycle.optional().describe("What happens after the start and before the end."),
  initContainers: z.array(initContainer).optional().describe("Run one after another before the service starts."),
  sidecars: recordOf(dnsLabel, sidecar).optional().describe("Run beside the service, by name."),
  resources: resources.optional(),
  securityContext: securityContext.optional().describe("Laid over the hardening defaults."),
};

const pods = {
  replicas: z.int().min(0).optional().describe("1 by default."),
  strategy: strategy.optional().describe("How pods are replaced."),
  podManagementPolicy: z
    .enum(["OrderedReady", "Parallel"])
    .optional()
    .describe("How a StatefulSet starts its pods; OrderedReady by default."),
  persistentVolumeClaimRetentionPolicy: z
    .strictObject({
      whenDeleted: z.enum(["Retain", "Delete"]).optional().describe("Retain by default."),
      whenScaled: z.enum(["Retain", "Delete"]).optional().describe("Retain by default."),
    })
    .optional()
    .describe("What becomes of the claims of a StatefulSet."),
  minReadySeconds: z.int().min(0).optional().describe("How long a new pod must be ready to count; 0 by default."),
  progressDeadlineSeconds: z.int().min(1).optional().describe("When a roll-out counts as failed; 600 by default."),
  revisionHistoryLimit: z.int().min(0).optional().describe("3 by default."),
  terminationGracePeriodSeconds: z.int().min(0).optional().describe("30 by default."),
  gpu: gpu.optional(),
  nodeSelector: textMap.optional().describe("Labels of the nodes on which it may run."),
  tolerations: z.array(toleration).optional().describe("Taints of nodes that do not keep it away."),
  affinity: affinity.optional(),
  topologySpreadConstraints: z
    .array(topologySpreadConstraint)
    .optional()
    .describe("Over nodes and zones where there are several, by default."),
  priorityClassName: z.string().optional().describe("One of `priorityClasses`, or one that the cluster has."),
  runtimeClassName: dnsSubdomain.optional().describe("The cluster's default by default."),
  hostAliases: z.array(hostAlias).optional().describe("Lines of /etc/hosts."),
  hostNetwork: z.boolean().optional().describe("The pods use the node's network; false by default."),
  dnsPolicy: z
    .enum(["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])
    .optional()
    .describe("ClusterFirst by default."),
  dnsConfig: dnsConfig.optional(),
  autoscaling: autoscaling.optional(),
  podDisruptionBudget: z
    .strictObject({
      minAvailable: intOrPercent.optional().describe("Pods that must keep running."),
      maxUnavailable: intOrPercent.optional().describe("Pods that may be missing; 1 by default."),
      unhealthyPodEvictionPolicy: z
        .enum(["IfHealthyBudget", "AlwaysAllow"])
        .optional()
        .describe("AlwaysAllow by default: a pod that never was healthy keeps no node from being drained."),
    })
    .optional()
    .describe("What a drained node must leave running."),
};

const surroundings = {
  ports: recordOf(portName, port).optional().describe("By name; a service without ports has no Service."),
  service: kubernetesService.optional(),
  extraServices: recordOf(dnsLabel, extraService).optional().describe("Further Services, by name."),
  external: external.optional().describe("Only for kind External."),
  routes: recordOf(dnsLabel, route).optional().describe("Ways in from outside, by name."),
  dependsOn: recordOf(
    dnsLabel,
    z.strictObject({
      condition: z.enum(["started", "healthy"]).optional().describe("started by default."),
      ports: z.array(portName).optional().describe("Every port by default."),
    }),
  )
    .optional()
    .describe("Start order in the loop, and an edge that the network policies allow."),
  networkPolicy: networkPolicy.optional(),
  job: jobSettings.optional().describe("Only for kind Job and CronJob."),
  jobs: recordOf(dnsLabel, job)
    .optional()
    .describe("What runs before or after a deployment, or by a schedule, by name."),
  serviceAccount: serviceAccount.optional(),
  metrics: z
    .strictObject({
      port: ownPort,
      path: urlPath.optional().describe("/metrics by default."),
      mode: z
        .enum(["annotations", "serviceMonitor"])
        .optional()
        .describe("How the scraper finds it; the environment's monitoring.mode by default."),
      interval: z
        .string()
        .regex(/^[0-9]+(ms|s|m|h)$/, 'must be a duration such as "30s"')
        .optional()
        .describe("How often, for serviceMonitor."),
    })
    .optional()
    .describe("Where a scraper reads its metrics."),
  verify: recordOf(dnsLabel, verifyCheck).optional().describe("Checks of the running thing, by name."),
  develop: develop.optional(),
};

const written = {
  description: description.optional(),
  kind: z
    .enum(SERVICE_KINDS)
    .optional()
    .describe("Deployment by default. External: runs elsewhere. Image: built for other services, never run."),
  namespace: dnsLabel.optional().describe("One of `namespaces`; the only one by default."),
  ...program,
  ...pods,
  ...surroundings,
  labels: textMap.optional().describe("Labels of the service's objects."),
  annotations: textMap.optional().describe("Annotations of its workload."),
  podAnnotations: textMap.optional().describe("Annotations of its pods."),
  selector: textMap
    .optional()
    .describe("Labels that select its pods, to take over a workload that runs already: a selector never changes."),
  names: z
    .partialRecord(z.enum(NAMED_KINDS), dnsSubdomain)
    .optional()
    .describe("Objects whose name is not the service's."),
  patches: recordOf(dnsLabel, patch).optional().describe("Last changes to what is generated, by name."),
  exceptions: z.array(exception).optional().describe("Checks that are answered for this service."),
};

const plain = z.strictObject(written);

/** A service as a layer over another one: every field optional, `null` removes. Exceptions belong to one service. */
export const servicePatch = patchOf(plain.omit({ exceptions: true }));

const mock = patchOf(z.strictObject(written).omit({ exceptions: true })).describe(
  "The service that stands in where this one is mocked: it keeps name, ports, Service, probes and metrics, and inherits nothing else.",
);

export const service = plain
  .extend({
    mock: mock.optional(),
    environments: recordOf(dnsLabel, patchOf(plain.extend({ mock: mock.optional() })).nullable())
      .optional()
      .describe("Per environment: a partial service laid over this one; `null` removes the service there."),
  })
  .describe("One workload and everything that belongs to it.");

export type Service = z.output<typeof service>;
export type ServicePatch = z.output<typeof servicePatch>;
export type ServiceKind = NonNullable<Service["kind"]>;
export type EnvValue = z.output<typeof envValue>;
export type MountedFile = z.output<typeof mountedFile>;
export type VerifyCheck = z.output<typeof verifyCheck>;
export type Build = z.output<typeof build>;
export type Route = z.output<typeof route>;
export type Job = z.output<typeof job>;
export type JobSettings = z.output<typeof jobSettings>;
export type InitContainer = z.output<typeof initContainer>;
export type Sidecar = z.output<typeof sidecar>;
export type ExtraService = z.output<typeof extraService>;
export type ObjectPatch = z.output<typeof patch>;
