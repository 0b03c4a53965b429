import type { Kind } from "../object.ts";
import { clusterMetadata } from "./cluster-role.ts";

/** Gives an account its ClusterRole. */
export const clusterRoleBinding: Kind = {
  home: "cluster",
  ofService: (service, model) => {
    const { clusterRules, name } = service.serviceAccount;
    if (clusterRules.length === 0) return [];
    const metadata = clusterMetadata(service, model);
    return [
      {
        pointer: service.pointer,
        slug: service.name,
        object: {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRoleBinding",
          metadata,
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
          subjects: [{ kind: "ServiceAccount", name, namespace: service.namespace }],
        },
      },
    ];
  },
};
