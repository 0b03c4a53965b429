import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** Sick pods may always be evicted, unless the registry says otherwise: a budget must not keep a node from being drained. */
export const podDisruptionBudget: Kind = {
  home: "base",
  ofService: (service) => {
    if (!service.podDisruptionBudget) return [];
    const { unhealthyPodEvictionPolicy = "AlwaysAllow", ...budget } = service.podDisruptionBudget;
    const spec = { ...budget, unhealthyPodEvictionPolicy, selector: { matchLabels: service.selector } };
    const metadata = serviceMetadata(service, service.names.podDisruptionBudget);
    return [
      {
        pointer: service.pointer,
        object: { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec },
      },
    ];
  },
};
