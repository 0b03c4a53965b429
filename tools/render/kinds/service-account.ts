import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/**
 * An identity per service, without a token. The namespace's own `default` is left to Kubernetes, which makes it while
 * kubectl applies: whoever comes second fails. Nothing of ours uses it.
 */
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
};
