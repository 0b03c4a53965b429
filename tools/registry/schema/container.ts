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

const secretKey = z.strictObject({ secret: dnsSubdomain, key: dataKey });
const configKey = z.strictObject({ config: dnsSubdomain, key: dataKey });

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

export const envFromEntry = z.union(
  [
    z.strictObject({ secret: dnsSubdomain, prefix: z.string().optional() }),
    z.strictObject({ config: dnsSubdomain, prefix: z.string().optional() }),
  ],
  {
    error: "must be {secret} or {config}",
  },
);

const mode = z
  .string()
  .regex(/^0[0-7]{3}$/, 'must be an octal file mode as text, such as "0440"')
  .optional()
  .describe("Octal mode as text; 0444 by default, 0440 for keys of Secrets.");

export const mountedFile = z
  .union(
    [
      z.strictObject({ source: z.string().describe("A file beside services.json."), mode }),
      z.strictObject({ content: template, mode }),
      secretKey.extend({ mode }),
      configKey.extend({ mode }),
    ],
    { error: "must be {source}, {content}, {secret, key} or {config, key}" },
  )
  .describe("A file in the container; nothing else of its folder is hidden.");

export const volume = z
  .strictObject({
    description: description.optional(),
    mountPath: absolutePath,
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
    subPath: z.string().optional(),
    readOnly: z.boolean().optional(),
  })
  .describe("A volume and where it is mounted.");

const port = z.union([portName, z.int().min(1).max(65535)], { error: "must be the name of a port or its number" });

const probe = z
  .strictObject({
    httpGet: z.strictObject({ path: z.string(), port, scheme: z.enum(["HTTP", "HTTPS"]).optional() }).optional(),
    tcpSocket: z.strictObject({ port }).optional(),
    exec: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
    grpc: z.strictObject({ port: z.int(), service: z.string().optional() }).optional(),
    initialDelaySeconds: z.int().min(0).optional(),
    periodSeconds: z.int().min(1).optional(),
    timeoutSeconds: z.int().min(1).optional(),
    failureThreshold: z.int().min(1).optional(),
    successThreshold: z.int().min(1).optional(),
  })
  .describe("A Kubernetes probe, word for word.");

export const probes = z.strictObject({
  liveness: probe.optional(),
  readiness: probe.optional(),
  startup: probe.optional(),
});

const seccompProfile = z.strictObject({
  type: z.enum(["RuntimeDefault", "Localhost", "Unconfined"]),
  localhostProfile: z.string().optional(),
});
const identity = {
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.int().min(0).optional(),
  runAsGroup: z.int().min(0).optional(),
  seccompProfile: seccompProfile.optional(),
};

export const securityContext = z
  .strictObject({
    pod: z
      .strictObject({
        ...identity,
        fsGroup: z.int().min(0).optional(),
        fsGroupChangePolicy: z.enum(["OnRootMismatch", "Always"]).optional(),
        supplementalGroups: z.array(z.int()).optional(),
      })
      .optional(),
    container: z
      .strictObject({
        ...identity,
        privileged: z.boolean().optional(),
        allowPrivilegeEscalation: z.boolean().optional(),
        readOnlyRootFilesystem: z.boolean().optional(),
        capabilities: z
          .strictObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
          .optional(),
      })
      .optional(),
  })
  .describe("Laid over the hardening defaults; a written value wins and a check reports it.");

export const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(["Exists", "Equal"]).optional(),
  value: z.string().optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
  tolerationSeconds: z.int().optional(),
});

export const gpu = z
  .strictObject({
    count: z.int().min(1),
    resourceName: z.string().optional().describe("nvidia.com/gpu by default."),
    product: z.string().optional().describe("Value of the node label nvidia.com/gpu.product."),
    runtimeClassName: z.string().optional(),
    nodeSelector: z.record(z.string(), z.string()).optional(),
    tolerations: z.array(toleration).optional(),
    shmSize: quantity.optional().describe("Size of /dev/shm, in memory."),
  })
  .describe("Everything about the GPU; an environment that mocks the service drops it whole.");

export const strategy = z.strictObject({
  type: z.enum(["RollingUpdate", "Recreate"]),
  rollingUpdate: z
    .strictObject({ maxSurge: intOrPercent.optional(), maxUnavailable: intOrPercent.optional() })
    .optional(),
});
