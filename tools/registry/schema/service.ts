import { z } from "zod";
import {
  envFromEntry,
  envValue,
  gpu,
  mountedFile,
  probes,
  resources,
  securityContext,
  strategy,
  toleration,
  volume,
} from "./container.ts";
import {
  absolutePath,
  dataKey,
  description,
  dnsLabel,
  dnsSubdomain,
  envName,
  intOrPercent,
  portName,
  recordOf,
  template,
  textMap,
  serviceName,
} from "./names.ts";
import { exception } from "./exception.ts";
import { patchOf } from "./patch.ts";

const build = z
  .strictObject({
    context: z.string().describe("Folder, relative to services.json."),
    dockerfile: z.string().optional().describe("Relative to the context; Dockerfile by default."),
    target: z.string().optional().describe("Stage of the Dockerfile; the last by default."),
    args: textMap.optional().describe("Build arguments: `ARG` of the Dockerfile."),
    additionalContexts: z
      .record(z.string(), z.string().regex(/^service:[a-z0-9-]+$/, "must be `service:<name>`"))
      .optional()
      .describe("Named contexts: `FROM <name>` is the image of that service, which is built first."),
  })
  .describe("How the image is built; Compose's words.");

const ownPort = portName.describe("Name of one of the service's ports.");

const port = z.strictObject({
  containerPort: z.int().min(1).max(65535).describe("What the program listens on."),
  servicePort: z.int().min(1).max(65535).optional().describe("containerPort by default."),
  protocol: z.enum(["TCP", "UDP", "SCTP"]).optional().describe("TCP by default."),
  appProtocol: z.string().optional().describe("A hint for meshes and controllers, such as https."),
});

const route = z
  .strictObject({
    description: description.optional(),
    host: template.optional().describe("The environment's ingress host by default."),
    path: z.string().startsWith("/", "must begin with '/'").describe("What it answers for, under the host."),
    pathType: z.enum(["Prefix", "Exact", "ImplementationSpecific"]).optional().describe("Prefix by default."),
    port: ownPort,
    stripPrefix: z.boolean().optional().describe("The service sees the path without this prefix."),
    tls: z
      .strictObject({ secretName: dnsSubdomain.describe("Name of the Secret.") })
      .optional()
      .describe("The environment's by default."),
    annotations: textMap.optional().describe("Laid over those of the environment's ingress."),
  })
  .describe("A way in from outside, through the environment's ingress controller.");

const job = z
  .strictObject({
    description: description.optional(),
    command: z.array(template).optional().describe("The service's by default."),
    args: z.array(template).optional().describe("The service's by default, unless it says a command."),
    when: z.enum(["preDeploy", "postDeploy"]).optional().describe("postDeploy by default."),
    as: z
      .enum(["job", "initContainer"])
      .optional()
      .describe("preDeploy is an init container (plain kubectl orders nothing), postDeploy a Job."),
    env: recordOf(envName, envValue).optional().describe("Laid over the service's."),
    resources: resources.optional(),
    backoffLimit: z.int().min(0).optional().describe("Retries before it counts as failed; 6 by default."),
    activeDeadlineSeconds: z.int().min(1).optional().describe("It is stopped after this time."),
  })
  .describe("Runs once per version of its specification, in the service's image with its variables and files.");

const verifyCheck = z
  .strictObject({
    description: description.optional(),
    http: z
      .strictObject({
        port: ownPort,
        path: z.string().startsWith("/", "must begin with '/'").describe("Asked for with GET."),
        status: z.int().optional().describe("200 by default."),
        contains: z.string().optional().describe("What the answer must hold."),
      })
      .optional()
      .describe("Asks over HTTP."),
    tcp: z.strictObject({ port: ownPort }).optional().describe("Asks whether a port accepts."),
    exec: z
      .strictObject({
        command: z.array(z.string()).min(1).describe("Program and arguments, run in one of its pods."),
        contains: z.string().optional().describe("What its output must hold."),
      })
      .optional()
      .describe("Asks a program."),
  })
  .describe("A check of the running thing, done by `npm run verify`.");

const written = {
  description: description.optional(),
  kind: z
    .enum(["Deployment", "StatefulSet", "Image"])
    .optional()
    .describe("Deployment by default. Image: built for other services to build on, never run."),
  namespace: dnsLabel.optional().describe("One of `namespaces`; the only one by default."),
  image: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._/:-]*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
      "must be an image reference: a name in lower case, then a tag or a sha256 digest",
    )
    .optional()
    .describe("Reference of its image; of the one that is made, where it is built here."),
  imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional().describe("IfNotPresent by default."),
  build: build.optional().describe("Built here rather than pulled."),
  containerName: dnsLabel.optional().describe("The service's name by default."),
  command: z.array(template).optional().describe("The image's ENTRYPOINT by default."),
  args: z.array(template).optional().describe("The image's CMD by default."),
  workingDir: absolutePath.optional().describe("The image's WORKDIR by default."),
  replicas: z.int().min(0).optional().describe("1 by default."),
  strategy: strategy.optional().describe("How a Deployment replaces its pods."),
  ports: recordOf(portName, port).optional().describe("By name; a service without ports has no Service."),
  service: z
    .strictObject({
      name: serviceName.optional().describe("The service's name by default."),
      headless: z.boolean().optional().describe("true by default for a StatefulSet."),
      annotations: textMap.optional().describe("Annotations of the Service."),
    })
    .optional()
    .describe("The Kubernetes Service in front of its ports."),
  env: recordOf(envName, envValue).optional().describe("Variables."),
  envFrom: z.array(envFromEntry).optional().describe("Every key of a Secret or of a config as a variable."),
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
  resources: resources.optional(),
  gpu: gpu.optional(),
  nodeSelector: textMap.optional().describe("Labels of the nodes on which it may run."),
  tolerations: z.array(toleration).optional().describe("Taints of nodes that do not keep it away."),
  terminationGracePeriodSeconds: z.int().min(0).optional().describe("30 by default."),
  autoscaling: z
    .strictObject({
      minReplicas: z.int().min(1).describe("Never fewer."),
      maxReplicas: z.int().min(1).describe("Never more."),
      targetCPUUtilizationPercentage: z.int().min(1).optional().describe("Of the requested CPU."),
      targetMemoryUtilizationPercentage: z.int().min(1).optional().describe("Of the requested memory."),
    })
    .optional()
    .describe("A HorizontalPodAutoscaler, which then decides about replicas."),
  podDisruptionBudget: z
    .strictObject({
      minAvailable: intOrPercent.optional().describe("Pods that must stay."),
      maxUnavailable: intOrPercent.optional().describe("Pods that may go; 1 by default."),
    })
    .optional()
    .describe("What a drained node must leave running."),
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
  jobs: recordOf(dnsLabel, job).optional().describe("What runs before or after a deployment, by name."),
  serviceAccount: z
    .strictObject({
      name: dnsSubdomain.optional().describe("The service's name by default."),
      annotations: textMap.optional().describe("Annotations of the account."),
    })
    .optional()
    .describe("Its own, without a token."),
  securityContext: securityContext.optional().describe("Laid over the hardening defaults."),
  metrics: z
    .strictObject({
      port: ownPort,
      path: z.string().startsWith("/", "must begin with '/'").optional().describe("/metrics by default."),
    })
    .optional()
    .describe("Where a scraper reads its metrics."),
  verify: recordOf(dnsLabel, verifyCheck).optional().describe("Checks of the running thing, by name."),
  develop: z
    .strictObject({
      portForward: recordOf(portName, z.int().min(1).max(65535))
        .optional()
        .describe("Port name → port of this machine."),
    })
    .optional()
    .describe("The dev loop's settings."),
  labels: textMap.optional().describe("Labels of the service's objects."),
  annotations: textMap.optional().describe("Annotations of its workload."),
  podAnnotations: textMap.optional().describe("Annotations of its pods."),
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
export type EnvValue = z.output<typeof envValue>;
export type MountedFile = z.output<typeof mountedFile>;
export type VerifyCheck = z.output<typeof verifyCheck>;
export type Build = z.output<typeof build>;
export type Route = z.output<typeof route>;
export type Job = z.output<typeof job>;
