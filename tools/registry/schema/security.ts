import { z } from "zod";

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

const seLinuxOptions = z.strictObject({
  level: z.string().optional().describe("Such as s0:c123,c456."),
  role: z.string().optional().describe("SELinux role."),
  type: z.string().optional().describe("Such as container_t."),
  user: z.string().optional().describe("SELinux user."),
});

export const containerSecurityContext = z
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
  .describe("Of a container.");

export const securityContext = z
  .strictObject({
    pod: z
      .strictObject({
        ...identity,
        fsGroup: z.int().min(0).optional().describe("Group of the volumes; 10001 by default."),
        fsGroupChangePolicy: z.enum(["OnRootMismatch", "Always"]).optional().describe("OnRootMismatch by default."),
        supplementalGroups: z.array(z.int()).optional().describe("Further groups."),
        seLinuxOptions: seLinuxOptions.optional().describe("Where the nodes enforce SELinux."),
        sysctls: z
          .array(z.strictObject({ name: z.string().describe("Its name."), value: z.string().describe("Its value.") }))
          .optional()
          .describe("Kernel parameters of the pod."),
      })
      .optional()
      .describe("Of the pod."),
    container: containerSecurityContext.optional().describe("Of the service's container."),
  })
  .describe("Laid over the hardening defaults; a written value wins and a check reports it.");
