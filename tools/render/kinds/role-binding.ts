import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import type { Kind, KubeObject, ObjectMeta } from "../object.ts";

/** Gives an account its Role. */
export const roleBinding: Kind = {
  home: "base",
  ofService: (service) => {
    const { rules, name } = service.serviceAccount;
    if (rules.length === 0) return [];
    return [{ pointer: service.pointer, object: bindingObject(serviceMetadata(service, service.name), name) }];
  },
  ofNamespace: (namespace, model) =>
    namespace.serviceAccounts
      .filter(({ rules }) => rules.length > 0)
      .map(({ name, pointer }) => ({
        pointer,
        slug: name,
        object: bindingObject(namespaceMetadata(namespace, model, name), name),
      })),
};

function bindingObject(metadata: ObjectMeta, account: string): KubeObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: metadata.namespace }],
  };
}
