import { type Cause, type Match, type Rule, registry, rule, service } from "../rule.ts";
import { METADATA } from "./metadata.ts";
import { claimCauses } from "./workloads.ts";

/** What pods read, where they keep what they write, and who they are. */
export const CONFIG = {
  ConfigMap: [
    ["metadata name", () => [service("config", "name"), service("config"), service("files")]],
    ["data {key}", ({ captures: { key = "" } }) => [service("config", "values", key), service("files")]],
    ...METADATA,
  ],
  PersistentVolumeClaim: [
    [
      "spec **",
      (match) => [...claimCauses({ ...match, captures: { volume: match.entry } }), ...sharedClaimCauses(match)],
    ],
    ["metadata name", ({ entry }) => [service("volumes", entry), registry("volumes", entry)]],
    [
      "metadata annotations {annotation}",
      ({ entry, captures: { annotation = "" } }) => [service("volumes", entry, "annotations", annotation)],
    ],
    ...METADATA,
  ],
  ServiceAccount: [
    [
      "metadata name",
      () => [service("serviceAccount", "name"), rule("an account of its own, named after the service")],
    ],
    [
      "metadata annotations {annotation}",
      ({ captures: { annotation = "" }, pointer }) => [
        service("serviceAccount", "annotations", annotation),
        registry(...pointer, "annotations", annotation),
      ],
    ],
    [
      "automountServiceAccountToken",
      () => [
        service("serviceAccount", "automountServiceAccountToken"),
        service("serviceAccount", "rules"),
        service("serviceAccount", "clusterRules"),
        rule("no token: nothing in the pods talks to the API server"),
      ],
    ],
    ["imagePullSecrets **", () => [service("imagePullSecrets")]],
    ...METADATA,
  ],
  PodDisruptionBudget: [
    ["metadata name", () => [service("names", "PodDisruptionBudget"), rule("the service's name")]],
    ["spec minAvailable", () => [service("podDisruptionBudget", "minAvailable")]],
    ["spec maxUnavailable", () => [service("podDisruptionBudget", "maxUnavailable")]],
    [
      "spec unhealthyPodEvictionPolicy",
      () => [
        service("podDisruptionBudget", "unhealthyPodEvictionPolicy"),
        rule("sick pods may always be evicted: they must not keep a node from being drained"),
      ],
    ],
    ["spec selector **", () => [service("selector"), rule("what selects the service's pods and no others")]],
    ...METADATA,
  ],
  HorizontalPodAutoscaler: [
    ["metadata name", () => [service("names", "HorizontalPodAutoscaler"), rule("the service's name")]],
    ["spec scaleTargetRef name", () => [service("names", "Workload"), rule("the service's workload")]],
    ["spec scaleTargetRef {field}", () => [service("kind")]],
    ["spec {field} **", ({ captures: { field = "" } }) => [service("autoscaling", field), service("autoscaling")]],
    ["spec {field}", ({ captures: { field = "" } }) => [service("autoscaling", field)]],
    ...METADATA,
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

/** What several services mount says the platform, and first what the environment has instead. */
function sharedClaimCauses({ entry, environment, tail }: Match): readonly Cause[] {
  const [field = ""] = ["storageClassName", "accessModes"].filter((name) => tail.includes(name));
  const path = [field || "size"];
  return [
    registry("volumes", entry, "environments", environment, ...path),
    registry("volumes", entry, ...path),
    registry("volumes", entry),
  ];
}
