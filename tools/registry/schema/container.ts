import { z } from "zod";
import {
  absolutePath,
  dataKey,
  description,
  dnsSubdomain,
  intOrPercent,
  portName,
  quantity,
  template,
} from "./names.ts";

const resourceMap = z.record(z.string(), quantity);

export const resources = z
  .strictObject({
    requests: resourceMap.optional().describe("What the scheduler reserves."),
    limits: resourceMap.optional().describe("What the container may not exceed."),
  })
  .describe("Kubernetes' container resources.");

const secret = dnsSubdomain.describe("One of the top-level `secrets`.");
const config = dnsSubdomain.describe("The config of a service: `config.name`, or the service's name.");
const key = dataKey.describe("One of its keys.");
const prefix = z.string().optional().describe("Put before the name of each variable.");

const secretKey = z.strictObject({ secret, key });
const configKey = z.strictObject({ config, key });

export const envValue = z
  .union(
    [
      template,
      secretKey,
      configKey,
      z.strictObject({ field: z.string().describe("A field of the pod, such as metadata.name.") }),
      z.strictObject({ resource: z.string().describe("A resource of the container, such as limits.memory.") }),
    ],
    { error: "must be text, {secret, key}, {config, key}, {field} or {resource}" },
  )
  .describe(
    "Text (`${services.<name>.host|port|url}` is resolved at generation, `$(VAR)` by Kubernetes), or where the value comes from.",
  );

export const envFromEntry = z.union([z.strictObject({ secret, prefix }), z.strictObject({ config, prefix })], {
  error: "must be {secret} or {config}",
});

const mode = z
  .string()
  .regex(/^0[0-7]{3}$/, 'must be an octal file mode as text, such as "0440"')
  .optional()
  .describe("Octal mode as text; 0444 by default, 0440 for keys of Secrets.");

export const mountedFile = z
  .union(
    [
      z.strictObject({ source: z.string().describe("A file beside services.json."), mode }),
      z.strictObject({ content: template.describe("Its text; references are resolved."), mode }),
      secretKey.extend({ mode }),
      configKey.extend({ mode }),
    ],
    { error: "must be {source}, {content}, {secret, key} or {config, key}" },
  )
  .describe("A file in the container; nothing else of its folder is hidden.");

export const volume = z
  .strictObject({
    description: description.optional(),
    mountPath: absolutePath.describe("Where the container sees it."),
    type: z.enum(["persistentVolumeClaim", "emptyDir"]).optional().describe("persistentVolumeClaim by default."),
    size: quantity.optional().describe("Requested size of a claim; limit of an emptyDir."),
    storageClassName: z.string().optional().describe("Logical name; environments map it by storageClasses."),
    accessModes: z
      .array(z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]))
      .optional()
      .describe("ReadWriteOnce by default."),
    volumeClaimTemplate: z.boolean().optional().describe("One claim per pod of a StatefulSet."),
    volume: dnsSubdomain.optional().describe("A shared volume of the top-level `volumes`."),
    medium: z.enum(["Memory"]).optional().describe("An emptyDir in memory."),
    subPath: z.string().optional().describe("A folder within the volume."),
    readOnly: z.boolean().optional().describe("false by default."),
  })
  .describe("A volume and where it is mounted.");

const port = z
  .union([portName, z.int().min(1).max(65535)], { error: "must be the name of a port or its number" })
  .describe("Name or number of one of the service's ports.");

const probe = z
  .strictObject({
    httpGet: z
      .strictObject({
        path: z.string().describe("Asked for with GET."),
        port,
        scheme: z.enum(["HTTP", "HTTPS"]).optional().describe("HTTP by default."),
      })
      .optional()
      .describe("Well when it answers with 2xx or 3xx."),
    tcpSocket: z.strictObject({ port }).optional().describe("Well when the port accepts."),
    exec: z
      .strictObject({ command: z.array(z.string()).min(1).describe("Program and arguments; no shell.") })
      .optional()
      .describe("Well when the program ends with 0."),
    grpc: z
      .strictObject({
        port: z.int().describe("Number of one of the service's ports."),
        service: z.string().optional().describe("Sent with the health check."),
      })
      .optional()
      .describe("Well when gRPC's health check says so."),
    initialDelaySeconds: z.int().min(0).optional().describe("Wait before the first; 0 by default."),
    periodSeconds: z.int().min(1).optional().describe("10 by default."),
    timeoutSeconds: z.int().min(1).optional().describe("1 by default."),
    failureThreshold: z.int().min(1).optional().describe("Failures in a row that count; 3 by default."),
    successThreshold: z.int().min(1).optional().describe("Successes in a row that count; 1 by default."),
  })
  .describe("A Kubernetes probe, word for word.");

export const probes = z.strictObject({
  liveness: probe.optional().describe("Restarts the container when it fails."),
  readiness: probe.optional().describe("Takes the pod out of its Service while it fails."),
  startup: probe.optional().describe("Holds the other two back until it succeeds."),
});

const seccompProfile = z.strictObject({
  type: z
    .enum(["RuntimeDefault", "Localhost", "Unconfined"])
    .describe("Pod Security restricted wants RuntimeDefault or Localhost."),
  localhostProfile: z.string().optional().describe("A file of the node, for Localhost."),
});
const identity = {
  runAsNonRoot: z.boolean().optional().describe("true by default."),
  runAsUser: z.int().min(0).optional().describe("10001 by default."),
  runAsGroup: z.int().min(0).optional().describe("10001 by default."),
  seccompProfile: seccompProfile.optional().describe("RuntimeDefault by default."),
};

export const securityContext = z
  .strictObject({
    pod: z
      .strictObject({
        ...identity,
        fsGroup: z.int().min(0).optional().describe("Group of the volumes; 10001 by default."),
        fsGroupChangePolicy: z.enum(["OnRootMismatch", "Always"]).optional().describe("OnRootMismatch by default."),
        supplementalGroups: z.array(z.int()).optional().describe("Further groups."),
      })
      .optional()
      .describe("Of the pod."),
    container: z
      .strictObject({
        ...identity,
        privileged: z.boolean().optional().describe("false by default."),
        allowPrivilegeEscalation: z.boolean().optional().describe("false by default."),
        readOnlyRootFilesystem: z.boolean().optional().describe("true by default."),
        capabilities: z
          .strictObject({
            add: z.array(z.string()).optional().describe("None by default."),
            drop: z.array(z.string()).optional().describe("ALL by default."),
          })
          .optional()
          .describe("Linux capabilities."),
      })
      .optional()
      .describe("Of the service's container."),
  })
  .describe("Laid over the hardening defaults; a written value wins and a check reports it.");

export const toleration = z.strictObject({
  key: z.string().optional().describe("Of the taint; every taint by default."),
  operator: z.enum(["Exists", "Equal"]).optional().describe("Equal by default."),
  value: z.string().optional().describe("Of the taint, for Equal."),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .optional()
    .describe("Of the taint; every effect by default."),
  tolerationSeconds: z.int().optional().describe("How long NoExecute is tolerated."),
});

export const gpu = z
  .strictObject({
    count: z.int().min(1).describe("Requested and limited alike."),
    resourceName: z.string().optional().describe("nvidia.com/gpu by default."),
    product: z.string().optional().describe("Value of the node label nvidia.com/gpu.product."),
    runtimeClassName: z.string().optional().describe("Of the node's runtime, such as nvidia."),
    nodeSelector: z.record(z.string(), z.string()).optional().describe("Labels of the nodes that have it."),
    tolerations: z.array(toleration).optional().describe("Of the taints of those nodes."),
    shmSize: quantity.optional().describe("Size of /dev/shm, in memory."),
  })
  .describe("Everything about the GPU; an environment that mocks the service drops it whole.");

export const strategy = z.strictObject({
  type: z.enum(["RollingUpdate", "Recreate"]).describe("Recreate by default where only one node can mount a volume."),
  rollingUpdate: z
    .strictObject({
      maxSurge: intOrPercent.optional().describe("Pods above the wanted number; 1 by default."),
      maxUnavailable: intOrPercent.optional().describe("Pods below the wanted number; 0 by default."),
    })
    .optional()
    .describe("How many pods are replaced at a time."),
});
