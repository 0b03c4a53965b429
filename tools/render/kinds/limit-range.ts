import { namespaceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/** What a container gets that says nothing, and may not exceed. */
export const limitRange: Kind = {
  home: "overlay",
  ofNamespace: (namespace, model) => {
    if (!namespace.limitRange) return [];
    const { default: defaults, defaultRequest, max, min } = namespace.limitRange;
    const limits = [{ type: "Container", ...compact({ default: defaults, defaultRequest, max, min }) }];
    return [
      {
        pointer: `${namespace.pointer}/limitRange`,
        object: {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: namespaceMetadata(namespace, model, "containers"),
          spec: { limits },
        },
      },
    ];
  },
};
