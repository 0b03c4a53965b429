import { type Match, type Rule, registry, rule, service } from "../rule.ts";

const COMMON: Readonly<Record<string, string>> = {
  "app.kubernetes.io/name": "the service's name, by which policies and people find it",
  "app.kubernetes.io/instance": "what tells a service's own pods from those of its jobs",
  "app.kubernetes.io/part-of": "the platform's name",
  "app.kubernetes.io/managed-by": "what Slipway wrote, so that it can be listed and pruned",
};

/** Labels of a service's objects and pods. */
export const LABELS: readonly Rule[] = [
  [
    "labels {label}",
    ({ captures: { label = "" } }) => {
      if (label === "app.kubernetes.io/part-of") return [registry("name")];
      if (COMMON[label] !== undefined) return [rule(COMMON[label])];
      return label === "owner"
        ? [service("labels", label), registry("owner")]
        : [service("labels", label), service("selector", label), service("service", "labels", label)];
    },
  ],
];

/** Of every object of a service; kinds say their own names. */
export const METADATA: readonly Rule[] = [
  ["apiVersion", () => [rule("the version of the API that has this kind")]],
  ["kind", () => [service("kind"), rule("what Kubernetes calls it")]],
  ["metadata namespace", namespace],
  ["metadata name", () => [rule("the service's name, and what tells its objects of one kind apart")]],
  ...LABELS.map(([pattern, causes]): Rule => [`metadata ${pattern}`, causes]),
  ["metadata annotations {annotation}", ({ captures: { annotation = "" } }) => [service("annotations", annotation)]],
];

/** The service's, as the environment maps it. */
export function namespace({ environment }: Match): ReturnType<Rule[1]> {
  return [
    registry("environments", environment, "namespaces"),
    service("namespace"),
    registry("namespaces"),
    rule("the only namespace"),
  ];
}

/** Labels by which what belongs to one environment, or to one preview, is found again. */
export function environmentLabel({ environment, captures: { label = "" } }: Match): ReturnType<Rule[1]> {
  const [domain, name = ""] = label.split("/");
  if (domain === "parameters.slipway.dev") return [registry("environments", environment, "parameters", name)];
  if (label === "slipway.dev/environment") return [registry("environments", environment)];
  if (label === "app.kubernetes.io/part-of") return [registry("name")];
  if (label === "owner") return [service("labels", label), registry("owner")];
  return [service("labels", label), rule(COMMON[label] ?? "what Slipway wrote, so that it can be listed and pruned")];
}
