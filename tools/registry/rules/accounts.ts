import type { Path } from "../source.ts";
import type { Service } from "../schema/service.ts";
import type { Problem, ServiceRule } from "./rule.ts";

type PolicyRule = NonNullable<NonNullable<Service["serviceAccount"]>["rules"]>[number];

/** The rules of a service's account, which the API must take. */
export const accounts: ServiceRule = ({ service }) => {
  const { rules = [], clusterRules = [] } = service.serviceAccount ?? {};
  return [
    ...ruleProblems(rules, ["serviceAccount", "rules"], true),
    ...ruleProblems(clusterRules, ["serviceAccount", "clusterRules"], false),
  ];
};

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/ */
export function ruleProblems(rules: readonly PolicyRule[], path: Path, isNamespaced: boolean): Problem[] {
  return rules.flatMap((rule, i) => {
    const problem = problemOf(rule, isNamespaced);
    return problem === null ? [] : [{ code: "RULE_INCOMPLETE", path: [...path, i], ...problem }];
  });
}

function problemOf(rule: PolicyRule, isNamespaced: boolean): { readonly message: string; readonly fix: string } | null {
  const { apiGroups, resources, nonResourceURLs } = rule;
  if (isNamespaced && nonResourceURLs)
    return { message: "paths of the API server belong to no namespace", fix: "move the rule to clusterRules" };
  if (nonResourceURLs && (resources || apiGroups))
    return { message: "one rule names either resources or paths", fix: "write two rules" };
  if (nonResourceURLs) return null;
  if (!resources) return { message: "the rule names no resources", fix: 'add "resources", such as ["pods"]' };
  if (apiGroups && apiGroups.length > 0) return null;
  return { message: "the rule names no API groups", fix: 'add "apiGroups"; [""] is the core group' };
}
