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
} from "./names.ts";
import { patchOf } from "./patch.ts";

export const exception = z
  .strictObject({
    check: z.string().describe("Code of the check, as `npm run check` prints it."),
    object: z.string().optional().describe("`Kind/name`; every object by default."),
    environments: z.array(z.string()).optional().describe("Every environment by default."),
    reason: z.string().min(10, "must say why, in at least ten characters"),
    expires: z.iso.date().optional().describe("Last day on which it holds."),
  })
  .describe("Answers one check with a reason. One that answers nothing is an error.");

const build = z
  .strictObject({
    context: z.string().describe("Folder, relative to services.json."),
    dockerfile: z.string().optional().describe("Relative to the context; Dockerfile by default."),
    target: z.string().optional(),
    args: textMap.optional(),
    additionalContexts: z
      .record(z.string(), z.string().regex(/^service:[a-z0-9-]+$/, "must be `service:<name>`"))
      .optional()
      .describe("Named contexts: `FROM <name>` is the image of that service, which is built first."),
  })
  .describe("How the image is built; Compose's words.");

const port = z.strictObject({
  containerPort: z.int().min(1).max(65535),
  servicePort: z.int().min(1).max(65535).optional().describe("containerPort by default."),
  protocol: z.enum(["TCP", "UDP", "SCTP"]).optional(),
  appProtocol: z.string().optional(),
});

const route = z
  .strictObject({
    description: description.optional(),
    host: template.optional().describe("The environment's ingress host by default."),
    path: z.string().startsWith("/", "must begin with '/'"),
    pathType: z.enum(["Prefix", "Exact", "ImplementationSpecific"]).optional(),
    port: portName,
    stripPrefix: z.boolean().optional().describe("The service sees the path without this prefix."),
    tls: z.strictObject({ secretName: dnsSubdomain }).optional().describe("The environment's by default."),
    annotations: textMap.optional(),
  })
  .describe("A way in from outside, through the environment's ingress controller.");

const job = z
  .strictObject({
    description: description.optional(),
    command: z.array(template).optional(),
    args: z.array(template).optional(),
    when: z.enum(["preDeploy", "postDeploy"]).optional().describe("postDeploy by default."),
    as: z
      .enum(["job", "initContainer"])
      .optional()
      .describe("preDeploy is an init container (plain kubectl orders nothing), postDeploy a Job."),
    env: recordOf(envName, envValue).optional().describe("Laid over the service's."),
    resources: resources.optional(),
    backoffLimit: z.int().min(0).optional(),
    activeDeadlineSeconds: z.int().min(1).optional(),
  })
  .describe("Runs once per version of its specification, in the service's image with its variables and files.");

const verifyCheck = z
  .strictObject({
    description: description.optional(),
    http: z
      .strictObject({
        port: portName,
        path: z.string().startsWith("/"),
        status: z.int().optional().describe("200 by default."),
        contains: z.string().optional(),
      })
      .optional(),
    tcp: z.strictObject({ port: portName }).optional(),
    exec: z.strictObject({ command: z.array(z.string()).min(1), contains: z.string().optional() }).optional(),
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
    .regex(/^[a-z0-9][^\s]*$/, "must be an image reference: lower case, no blanks")
    .optional(),
  imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional(),
  build: build.optional(),
  containerName: dnsLabel.optional(),
  command: z.array(template).optional(),
  args: z.array(template).optional(),
  workingDir: absolutePath.optional(),
  replicas: z.int().min(0).optional(),
  strategy: strategy.optional(),
  ports: recordOf(portName, port).optional(),
  service: z
    .strictObject({ name: dnsLabel.optional(), headless: z.boolean().optional(), annotations: textMap.optional() })
    .optional(),
  env: recordOf(envName, envValue).optional(),
  envFrom: z.array(envFromEntry).optional(),
  config: z
    .strictObject({ name: dnsSubdomain.optional(), values: recordOf(dataKey, template) })
    .optional()
    .describe("Variables from a ConfigMap of the service's own."),
  files: recordOf(absolutePath, mountedFile).optional(),
  volumes: recordOf(dnsLabel, volume).optional(),
  probes: probes.optional(),
  resources: resources.optional(),
  gpu: gpu.optional(),
  nodeSelector: textMap.optional(),
  tolerations: z.array(toleration).optional(),
  terminationGracePeriodSeconds: z.int().min(0).optional(),
  autoscaling: z
    .strictObject({
      minReplicas: z.int().min(1),
      maxReplicas: z.int().min(1),
      targetCPUUtilizationPercentage: z.int().min(1).optional(),
      targetMemoryUtilizationPercentage: z.int().min(1).optional(),
    })
    .optional(),
  podDisruptionBudget: z
    .strictObject({ minAvailable: intOrPercent.optional(), maxUnavailable: intOrPercent.optional() })
    .optional(),
  routes: recordOf(dnsLabel, route).optional(),
  dependsOn: recordOf(
    dnsLabel,
    z.strictObject({
      condition: z.enum(["started", "healthy"]).optional(),
      ports: z.array(portName).optional().describe("Every port by default."),
    }),
  )
    .optional()
    .describe("Start order in the loop, and an edge that the network policies allow."),
  jobs: recordOf(dnsLabel, job).optional(),
  serviceAccount: z.strictObject({ name: dnsSubdomain.optional(), annotations: textMap.optional() }).optional(),
  securityContext: securityContext.optional(),
  metrics: z
    .strictObject({ port: portName, path: z.string().startsWith("/").optional().describe("/metrics by default.") })
    .optional(),
  verify: recordOf(dnsLabel, verifyCheck).optional(),
  develop: z
    .strictObject({
      portForward: recordOf(portName, z.int().min(1).max(65535))
        .optional()
        .describe("Port name → port of this machine."),
    })
    .optional()
    .describe("The dev loop's settings."),
  labels: textMap.optional(),
  annotations: textMap.optional(),
  podAnnotations: textMap.optional(),
  exceptions: z.array(exception).optional(),
};

const plain = z.strictObject(written);

/** A service as a layer over another one: every field optional, `null` removes. */
export const servicePatch = patchOf(plain);

const mock = patchOf(z.strictObject(written)).describe(
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
export type Exception = z.output<typeof exception>;
export type VerifyCheck = z.output<typeof verifyCheck>;
export type Build = z.output<typeof build>;
export type Route = z.output<typeof route>;
export type Job = z.output<typeof job>;
export type Probe = NonNullable<NonNullable<Service["probes"]>["liveness"]>;
