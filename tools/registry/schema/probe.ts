import { z } from "zod";
import { portName } from "./names.ts";

const port = z
  .union([portName, z.int().min(1).max(65535)], { error: "must be the name of a port or its number" })
  .describe("Name or number of one of the service's ports.");

const probe = z
  .strictObject({
    httpGet: z
      .strictObject({
        path: z.string().describe("Asked for with GET."),
        port,
        httpHeaders: z
          .array(z.strictObject({ name: z.string().describe("Its name."), value: z.string().describe("Its value.") }))
          .optional()
          .describe("Further headers, such as Host."),
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
    terminationGracePeriodSeconds: z.int().min(1).optional().describe("Instead of the pod's, when this probe ends it."),
    successThreshold: z.int().min(1).optional().describe("Successes in a row that count; 1 by default."),
  })
  .describe("A Kubernetes probe, word for word.");

export const probes = z.strictObject({
  liveness: probe.optional().describe("Restarts the container when it fails."),
  readiness: probe.optional().describe("Takes the pod out of its Service while it fails."),
  startup: probe.optional().describe("Holds the other two back until it succeeds."),
});
