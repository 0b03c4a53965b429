import { environmentLabel } from "./metadata.ts";
import { type Cause, type Match, type Rule, registry, rule } from "../rule.ts";

const OF_NAMESPACE: readonly Rule[] = [
  ["apiVersion", () => [rule("the version of the API that has this kind")]],
  ["kind", () => [rule("what Kubernetes calls it")]],
  ["metadata namespace", (match) => named(match)],
  ["metadata labels app.kubernetes.io/part-of", () => [registry("name")]],
  [
    "metadata labels app.kubernetes.io/managed-by",
    () => [rule("what Slipway wrote, so that it can be listed and pruned")],
  ],
];

/** What belongs to a namespace as a whole. */
export const NAMESPACES = {
  Namespace: [
    ["metadata name", (match) => named(match)],
    [
      "metadata labels {label}",
      (match) => {
        const { label = "" } = match.captures;
        if (!label.startsWith("pod-security.kubernetes.io/"))
          return [own(match, "labels", label), ...environmentLabel(match)];
        return [own(match, "podSecurity"), rule("Pod Security restricted, unless the namespace says otherwise")];
      },
    ],
    ["metadata annotations {annotation}", (match) => [own(match, "annotations", match.captures["annotation"] ?? "")]],
    ...OF_NAMESPACE,
  ],
  ResourceQuota: [
    ["metadata name", () => [rule("one quota a namespace")]],
    ["spec hard {resource}", (match) => [own(match, "resourceQuota", match.captures["resource"] ?? "")]],
    ...OF_NAMESPACE,
  ],
  LimitRange: [
    ["metadata name", () => [rule("of containers")]],
    [
      "spec limits {type} {what} {resource}",
      (match) => [own(match, "limitRange", match.captures["what"] ?? "", match.captures["resource"] ?? "")],
    ],
    ["spec limits {type} type", () => [rule("of containers")]],
    ...OF_NAMESPACE,
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

function named(match: Match): readonly Cause[] {
  return [registry("environments", match.environment, "namespaces", match.entry), own(match)];
}

function own(match: Match, ...path: readonly string[]): Cause {
  return registry("namespaces", match.entry, ...path);
}
