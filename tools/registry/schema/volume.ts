import { z } from "zod";
import { absolutePath, accessModes, description, dnsSubdomain, quantity, textMap } from "./names.ts";

export const volume = z
  .strictObject({
    description: description.optional(),
    mountPath: absolutePath.describe("Where the container sees it."),
    type: z
      .enum(["persistentVolumeClaim", "emptyDir", "hostPath"])
      .optional()
      .describe("persistentVolumeClaim by default."),
    size: quantity.optional().describe("Requested size of a claim; limit of an emptyDir."),
    storageClassName: z.string().optional().describe("Logical name; environments map it by storageClasses."),
    accessModes: accessModes.optional(),
    volumeClaimTemplate: z.boolean().optional().describe("One claim per pod of a StatefulSet."),
    volume: dnsSubdomain.optional().describe("A shared volume of the top-level `volumes`."),
    claimName: dnsSubdomain.optional().describe("A claim that exists; none is made."),
    path: absolutePath.optional().describe("Folder or socket of the node, for hostPath."),
    annotations: textMap.optional().describe("Annotations of the claim."),
    medium: z.enum(["Memory"]).optional().describe("An emptyDir in memory."),
    subPath: z.string().optional().describe("A folder within the volume."),
    readOnly: z.boolean().optional().describe("false by default."),
  })
  .describe("A volume and where it is mounted.");
