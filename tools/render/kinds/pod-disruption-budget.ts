import { selectorLabels } from "../../model/names.ts";
import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** Sick pods may always be evicted: a budget must never keep a node from being drained. */
export const podDisruptionBudget: Kind = {
  home: "base",
  ofService: (service) => {
    if (!service.podDisruptionBudget) return [];
    const spec = {
      ...service.podDisruptionBudget,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorLabels(service.name, service.name) },
    };
    return [
      {
        pointer: service.pointer,
        object: {
          apiVersion: "policy/v1",
          kind: "PodDisruptionBudget",
          metadata: serviceMetadata(service, service.name),
          spec,
        },
      },
    ];
  },
};
