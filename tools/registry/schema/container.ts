import { z } from "zod";
import {
  absolutePath,
  description,
  dnsLabel,
  envName,
  imageReference,
  portName,
  quantity,
  recordOf,
  template,
} from "./names.ts";
import { probes } from "./probe.ts";
import { containerSecurityContext } from "./security.ts";
import { envFromEntry, envValue } from "./variables.ts";

const resourceMap = z.record(z.string(), quantity);

export const resources = z
  .strictObject({
    requests: resourceMap.optional().describe("What the scheduler reserves."),
    limits: resourceMap.optional().describe("What the container may not exceed."),
  })
  .describe("Kubernetes' container resources.");

const hook = z
  .strictObject({
    exec: z
      .strictObject({ command: z.array(z.string()).min(1).describe("Program and arguments; no shell.") })
      .optional()
      .describe("Runs a program in the container."),
    httpGet: z
      .strictObject({
        path: z.string().describe("Asked for with GET."),
        port: z.union([portName, z.int()]).describe("Name or number of one of the ports."),
        scheme: z.enum(["HTTP", "HTTPS"]).optional().describe("HTTP by default."),
      })
      .optional()
      .describe("Asks over HTTP."),
    sleep: z
      .strictObject({ seconds: z.int().min(0).describe("How long.") })
      .optional()
      .describe("Waits; Kubernetes 1.30 and later."),
  })
  .describe("Exactly one of exec, httpGet and sleep.");

export const lifecycle = z
  .strictObject({
    postStart: hook.optional().describe("Right after the container started."),
    preStop: hook.optional().describe("Before it is asked to end."),
  })
  .describe("Kubernetes' lifecycle hooks.");

const extra = {
  description: description.optional(),
  image: imageReference.optional().describe("The service's own by default."),
  command: z.array(template).optional().describe("The image's ENTRYPOINT by default."),
  args: z.array(template).optional().describe("The image's CMD by default."),
  workingDir: absolutePath.optional().describe("The image's WORKDIR by default."),
  env: recordOf(envName, envValue).optional().describe("Variables; nothing of the service's is inherited."),
  envFrom: z.array(envFromEntry).optional().describe("Every key of a Secret or of a config as a variable."),
  resources: resources.optional(),
  securityContext: containerSecurityContext.optional().describe("Laid over the hardening defaults."),
  volumeMounts: recordOf(
    dnsLabel,
    z.strictObject({
      mountPath: absolutePath.describe("Where this container sees it."),
      subPath: z.string().optional().describe("A folder within the volume."),
      readOnly: z.boolean().optional().describe("false by default."),
    }),
  )
    .optional()
    .describe("Volumes of the service by name; as the service sees them by default."),
  files: z.array(absolutePath).optional().describe("Files of the service that it sees; all of them by default."),
};

export const initContainer = z
  .strictObject({ name: dnsLabel.describe("Name of the container."), ...extra })
  .describe("Runs to its end before the service starts.");

export const sidecar = z
  .strictObject({
    ...extra,
    ports: recordOf(
      portName,
      z.strictObject({
        containerPort: z.int().min(1).max(65535).describe("What it listens on."),
        protocol: z.enum(["TCP", "UDP", "SCTP"]).optional().describe("TCP by default."),
      }),
    )
      .optional()
      .describe("By name."),
    probes: probes.optional().describe("How the kubelet asks how it is."),
    lifecycle: lifecycle.optional(),
    native: z
      .boolean()
      .optional()
      .describe("Starts before the service and ends after it (Kubernetes 1.29); true by default."),
  })
  .describe("Runs beside the service in each of its pods.");
