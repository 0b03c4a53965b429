import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** Variables and files of a service. Its pods restart when it changes: the workload carries a hash of what they read. */
export const configMap: Kind = {
  home: "base",
  ofService: (service) =>
    service.configMaps.map(({ name, data }) => ({
      pointer: service.pointer,
      ...(name !== service.name && {
        slug: name.startsWith(`${service.name}-`) ? name.slice(service.name.length + 1) : name,
      }),
      object: { apiVersion: "v1", kind: "ConfigMap", metadata: serviceMetadata(service, name), data },
    })),
};
