import { type Cause, type Match, type Rule, registry, rule, service } from "../rule.ts";
import { METADATA, environmentLabel } from "./metadata.ts";

const SUBJECT = "the account whose rules these are";

/** What accounts may do, in their namespace and in the whole cluster. */
export const ACCOUNTS = {
  Role: role("rules"),
  RoleBinding: binding("rules"),
  ClusterRole: role("clusterRules"),
  ClusterRoleBinding: binding("clusterRules"),
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

function role(field: string): readonly Rule[] {
  return [
    ["metadata name", (match) => [...written(match, field), rule(SUBJECT)]],
    [
      "rules {rule} **",
      (match) => [...written(match, field, Number(match.captures["rule"])), ...written(match, field)],
    ],
    ...labels(),
  ];
}

function binding(field: string): readonly Rule[] {
  return [
    ["metadata name", (match) => [...written(match, field), rule(SUBJECT)]],
    ["roleRef **", (match) => written(match, field)],
    ["subjects **", (match) => [service("serviceAccount", "name"), ...written(match, field), rule(SUBJECT)]],
    ...labels(),
  ];
}

function labels(): readonly Rule[] {
  return [["metadata labels {label}", environmentLabel], ...METADATA];
}

/** Of a service, or of an account that belongs to a namespace. */
function written({ pointer }: Match, ...path: readonly (string | number)[]): readonly Cause[] {
  return [service("serviceAccount", ...path), ...(pointer[0] === "namespaces" ? [registry(...pointer, ...path)] : [])];
}
