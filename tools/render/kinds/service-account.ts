import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** An identity per service, without a token; and the namespace's `default`, which nothing uses, without one either. */
export const serviceAccount: Kind = {
  home: "base",
  ofService: (service) => {
    const metadata = serviceMetadata(service, service.serviceAccount.name, {
      annotations: service.serviceAccount.annotations,
    });
    return [
      {
        pointer: service.pointer,
        object: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
      },
    ];
  },
  ofNamespace: (namespace, model) => [
    {
      pointer: namespace.pointer,
      object: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: namespaceMetadata(namespace, model, "default"),
        automountServiceAccountToken: false,
      },
    },
  ],
};
