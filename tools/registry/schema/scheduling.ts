import { z } from "zod";
import { intOrPercent, ipAddress, quantity, textMap } from "./names.ts";

// Where and how pods run.

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
    nodeSelector: textMap.optional().describe("Labels of the nodes that have it."),
    tolerations: z.array(toleration).optional().describe("Of the taints of those nodes."),
    shmSize: quantity.optional().describe("Size of /dev/shm, in memory."),
  })
  .describe("Everything about the GPU; an environment that mocks the service drops it whole.");

export const strategy = z.strictObject({
  type: z
    .enum(["RollingUpdate", "Recreate", "OnDelete"])
    .describe("RollingUpdate or Recreate for a Deployment, RollingUpdate or OnDelete for the others."),
  rollingUpdate: z
    .strictObject({
      maxSurge: intOrPercent.optional().describe("Pods above the wanted number; 1 by default."),
      maxUnavailable: intOrPercent.optional().describe("Pods below the wanted number; 0 by default."),
      partition: z.int().min(0).optional().describe("Pods of a StatefulSet below this ordinal stay as they are."),
    })
    .optional()
    .describe("How many pods are replaced at a time."),
});

const labelSelector = z.strictObject({
  matchLabels: textMap.optional().describe("Every one of these."),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string().describe("Of the label."),
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]).describe("How it is compared."),
        values: z.array(z.string()).optional().describe("For In and NotIn."),
      }),
    )
    .optional()
    .describe("Further conditions."),
});

export const topologySpreadConstraint = z
  .strictObject({
    maxSkew: z.int().min(1).describe("How uneven it may be."),
    topologyKey: z.string().describe("Label of the nodes that makes a domain."),
    whenUnsatisfiable: z.enum(["DoNotSchedule", "ScheduleAnyway"]).describe("What then."),
    minDomains: z.int().min(1).optional().describe("Fewer domains count as uneven."),
    nodeAffinityPolicy: z.enum(["Honor", "Ignore"]).optional().describe("Honor by default."),
    nodeTaintsPolicy: z.enum(["Honor", "Ignore"]).optional().describe("Ignore by default."),
    matchLabelKeys: z.array(z.string()).optional().describe("Labels of the pod that are added to the selector."),
    labelSelector: labelSelector.optional().describe("The service's own pods by default."),
  })
  .describe("Kubernetes' topologySpreadConstraints.");

const nodeSelectorTerm = z
  .strictObject({
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string().describe("Of the node's label."),
          operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]).describe("How it is compared."),
          values: z.array(z.string()).optional().describe("What it is compared with."),
        }),
      )
      .describe("All of them must hold."),
  })
  .describe("Which nodes.");

const podTerm = z
  .strictObject({
    topologyKey: z.string().describe("Label of the nodes that makes a domain."),
    labelSelector: labelSelector.optional().describe("The service's own pods by default."),
    namespaces: z.array(z.string()).optional().describe("The pod's own by default."),
  })
  .describe("Which pods.");

const weight = z.int().min(1).max(100).describe("Between 1 and 100.");
const podRules = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTerm).optional().describe("Must hold."),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podTerm }))
    .optional()
    .describe("Should hold."),
});

export const affinity = z
  .strictObject({
    nodeAffinity: z
      .strictObject({
        requiredDuringSchedulingIgnoredDuringExecution: z
          .strictObject({ nodeSelectorTerms: z.array(nodeSelectorTerm).min(1).describe("One of them must hold.") })
          .optional()
          .describe("Must hold."),
        preferredDuringSchedulingIgnoredDuringExecution: z
          .array(z.strictObject({ weight, preference: nodeSelectorTerm }))
          .optional()
          .describe("Should hold."),
      })
      .optional()
      .describe("On which nodes."),
    podAffinity: podRules.optional().describe("Near which pods."),
    podAntiAffinity: podRules.optional().describe("Away from which pods; from its own, where it can, by default."),
  })
  .describe("Kubernetes' affinity.");

export const hostAlias = z.strictObject({
  ip: ipAddress.describe("What the names resolve to."),
  hostnames: z.array(z.string()).min(1).describe("Names in /etc/hosts of the pods."),
});

export const dnsConfig = z
  .strictObject({
    nameservers: z.array(ipAddress).optional().describe("Servers that are asked."),
    searches: z.array(z.string()).optional().describe("Domains that are tried."),
    options: z
      .array(
        z.strictObject({
          name: z.string().describe("Such as ndots."),
          value: z.string().optional().describe("Its value."),
        }),
      )
      .optional()
      .describe("Options of the resolver."),
  })
  .describe("Kubernetes' dnsConfig.");
