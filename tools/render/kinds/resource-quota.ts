import { namespaceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** What a namespace may use in all. */
export const resourceQuota: Kind = {
  home: "overlay",
  ofNamespace: (namespace, model) => {
    if (!namespace.resourceQuota) return [];
    const spec = { hard: namespace.resourceQuota };
    return [
      {
        pointer: `${namespace.pointer}/resourceQuota`,
        object: {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: namespaceMetadata(namespace, model, "quota"),
          spec,
        },
      },
    ];
  },
};
