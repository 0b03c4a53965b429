import { z } from "zod";
import { dnsSubdomain, quantity, textMap } from "./names.ts";

// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/

const target = z
  .strictObject({
    type: z.enum(["Utilization", "Value", "AverageValue"]).describe("What the number means."),
    averageUtilization: z.int().min(1).optional().describe("Percent of the request, for Utilization."),
    averageValue: quantity.optional().describe("Per pod, for AverageValue."),
    value: quantity.optional().describe("In all, for Value."),
  })
  .describe("What the autoscaler aims at.");

const metricName = z
  .strictObject({
    name: z.string().describe("Name of the metric."),
    selector: z
      .strictObject({ matchLabels: textMap.describe("Labels of the series.") })
      .optional()
      .describe("Which series."),
  })
  .describe("Which metric.");

const metric = z
  .strictObject({
    type: z
      .enum(["Resource", "ContainerResource", "Pods", "Object", "External"])
      .describe("Which of the others holds."),
    resource: z
      .strictObject({ name: z.string().describe("cpu or memory."), target })
      .optional()
      .describe("cpu or memory of the pods."),
    containerResource: z
      .strictObject({
        name: z.string().describe("cpu or memory."),
        container: z.string().describe("Its name."),
        target,
      })
      .optional()
      .describe("cpu or memory of one container."),
    pods: z.strictObject({ metric: metricName, target }).optional().describe("A metric of each pod."),
    object: z
      .strictObject({
        describedObject: z
          .strictObject({
            apiVersion: z.string().describe("Its group and version."),
            kind: z.string().describe("Its kind."),
            name: dnsSubdomain.describe("Its name."),
          })
          .describe("Which object."),
        metric: metricName,
        target,
      })
      .optional()
      .describe("A metric of another object."),
    external: z.strictObject({ metric: metricName, target }).optional().describe("A metric from outside the cluster."),
  })
  .describe("A metric of a HorizontalPodAutoscaler, word for word.");

const rules = z.strictObject({
  stabilizationWindowSeconds: z.int().min(0).max(3600).optional().describe("How long the past is looked at."),
  selectPolicy: z.enum(["Max", "Min", "Disabled"]).optional().describe("Max by default."),
  policies: z
    .array(
      z.strictObject({
        type: z.enum(["Pods", "Percent"]).describe("What value counts."),
        value: z.int().min(1).describe("How much at a time."),
        periodSeconds: z.int().min(1).max(1800).describe("Per how long."),
      }),
    )
    .optional()
    .describe("How fast."),
});

export const autoscaling = z
  .strictObject({
    minReplicas: z.int().min(1).describe("Never fewer."),
    maxReplicas: z.int().min(1).describe("Never more."),
    targetCPUUtilizationPercentage: z.int().min(1).optional().describe("Of the requested CPU."),
    targetMemoryUtilizationPercentage: z.int().min(1).optional().describe("Of the requested memory."),
    metrics: z.array(metric).optional().describe("Further metrics."),
    behavior: z
      .strictObject({
        scaleUp: rules.optional().describe("Upwards."),
        scaleDown: rules.optional().describe("Downwards."),
      })
      .optional()
      .describe("How fast it follows."),
  })
  .describe("A HorizontalPodAutoscaler, which then decides about replicas.");
