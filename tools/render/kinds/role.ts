import type { PolicyRule } from "../../model/account.ts";
import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import { type Kind, type KubeObject, type ObjectMeta, compact } from "../object.ts";

/** What an account may do in its namespace. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export const role: Kind = {
  home: "base",
  ofService: (service) => {
    const { rules } = service.serviceAccount;
    if (rules.length === 0) return [];
    return [{ pointer: service.pointer, object: roleObject(serviceMetadata(service, service.name), rules) }];
  },
  ofNamespace: (namespace, model) =>
    namespace.serviceAccounts
      .filter(({ rules }) => rules.length > 0)
      .map(({ name, pointer, rules }) => ({
        pointer,
        slug: name,
        object: roleObject(namespaceMetadata(namespace, model, name), rules),
      })),
};

function roleObject(metadata: ObjectMeta, rules: readonly PolicyRule[]): KubeObject {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: rules.map(renderRule) };
}

/** A rule in conventional order. */
export function renderRule(rule: PolicyRule): Record<string, unknown> {
  const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } = rule;
  return compact({ apiGroups, resources, resourceNames, nonResourceURLs, verbs });
}
