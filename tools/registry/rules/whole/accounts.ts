import type { Problem, RegistryRule } from "../rule.ts";
import { ruleProblems } from "../accounts.ts";

/** Accounts that belong to a namespace: names that are free, and rules that the API takes. */
export const namespaceAccounts: RegistryRule = ({ namespaces }) =>
  Object.entries(namespaces).flatMap(([namespace, { serviceAccounts = {} }]) =>
    Object.entries(serviceAccounts).flatMap(([name, { rules = [] }]) => {
      const path = ["namespaces", namespace, "serviceAccounts", name];
      return [...nameProblems(name, path), ...ruleProblems(rules, [...path, "rules"], true)];
    }),
  );

/** Kubernetes makes it while kubectl applies: whoever comes second fails. */
function nameProblems(name: string, path: readonly string[]): Problem[] {
  if (name !== "default") return [];
  const message = "every namespace has a ServiceAccount default already";
  return [{ code: "OBJECT_CLASH", path, message, fix: "give it another name" }];
}
