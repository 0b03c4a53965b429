import { type Cause, type Match, type Rule, registry, rule, service } from "../rule.ts";
import { METADATA, environmentLabel } from "./metadata.ts";

/** What belongs to the cluster, and what operators make of an object. */
export const PLATFORM = {
  StorageClass: classRules("storageClasses"),
  PriorityClass: classRules("priorityClasses"),
  ServiceMonitor: [
    ["metadata name", () => [service("metrics")]],
    [
      "metadata labels {label}",
      (match) => [
        registry(
          "environments",
          match.environment,
          "monitoring",
          "serviceMonitorLabels",
          match.captures["label"] ?? "",
        ),
        ...environmentLabel(match),
      ],
    ],
    [
      "spec endpoints {endpoint} {field}",
      ({ captures: { field = "" } }) => [service("metrics", field), service("metrics")],
    ],
    ["spec **", () => [service("metrics")]],
    ...METADATA,
  ],
  ExternalSecret: [
    ["metadata name", (match) => [secret(match)]],
    [
      "spec refreshInterval",
      (match) => [secret(match, "externalSecret", "refreshInterval"), rule("once an hour is often enough")],
    ],
    [
      "spec secretStoreRef **",
      (match) => [secret(match, "externalSecret", "store"), registry("environments", match.environment, "secretStore")],
    ],
    ["spec target **", (match) => [secret(match, "type"), secret(match)]],
    ["spec data {key} **", (match) => [secret(match, "keys", keyOf(match)), secret(match, "keys")]],
    ["spec **", (match) => [secret(match)]],
    ...METADATA,
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

/** The environment's own words before those of the platform. */
function classRules(list: "storageClasses" | "priorityClasses"): readonly Rule[] {
  const named = (match: Match, ...path: readonly string[]): readonly Cause[] => [
    registry("environments", match.environment, list, match.object.metadata.name, ...path),
    registry(list, match.object.metadata.name, ...path),
  ];
  return [
    ["metadata name", (match) => named(match)],
    ["metadata annotations {annotation}", (match) => named(match, "default")],
    ["parameters {parameter}", (match) => named(match, "parameters", match.captures["parameter"] ?? "")],
    ["description", (match) => named(match, "description")],
    [
      "reclaimPolicy",
      (match) => [...named(match, "reclaimPolicy"), rule("what Kubernetes does by default, written out")],
    ],
    [
      "volumeBindingMode",
      (match) => [...named(match, "volumeBindingMode"), rule("a volume is made where its pod can run")],
    ],
    ["allowVolumeExpansion", (match) => [...named(match, "allowVolumeExpansion"), rule("volumes may grow")]],
    ["globalDefault", (match) => [...named(match, "globalDefault"), rule("nobody gets it who does not ask for it")]],
    [
      "preemptionPolicy",
      (match) => [...named(match, "preemptionPolicy"), rule("what Kubernetes does by default, written out")],
    ],
    ["metadata labels {label}", environmentLabel],
    ["apiVersion", () => [rule("the version of the API that has this kind")]],
    ["kind", () => [rule("what Kubernetes calls it")]],
    ["{field}", (match) => named(match, match.captures["field"] ?? "")],
  ];
}

function secret({ object }: Match, ...path: readonly string[]): Cause {
  return registry("secrets", object.metadata.name, ...path);
}

function keyOf({ captures: { key = "" } }: Match): string {
  return key;
}
