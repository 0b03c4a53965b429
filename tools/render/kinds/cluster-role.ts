import { sortKeys } from "../../lib/merge.ts";
import type { Model } from "../../model/model.ts";
import type { ServiceModel } from "../../model/service.ts";
import { previewLabels, serviceLabels } from "../metadata.ts";
import type { Kind, ObjectMeta } from "../object.ts";
import { renderRule } from "./role.ts";

/** What an account may do in the whole cluster. */
export const clusterRole: Kind = {
  home: "cluster",
  ofService: (service, model) => {
    const { clusterRules } = service.serviceAccount;
    if (clusterRules.length === 0) return [];
    return [
      {
        pointer: service.pointer,
        slug: service.name,
        object: {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRole",
          metadata: clusterMetadata(service, model),
          rules: clusterRules.map(renderRule),
        },
      },
    ];
  },
};

/** With platform and namespace in the name: two environments may share a cluster. */
export function clusterMetadata(service: ServiceModel, model: Model): ObjectMeta {
  const { platform, namespace, name } = service;
  return {
    name: `${platform}:${namespace}:${name}`,
    labels: sortKeys({ ...serviceLabels(service), ...previewLabels(model) }),
  };
}
