import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/**
 * What makes the Secret of a route where no annotation can ask for it: cert-manager reads those of an Ingress, and not
 * those of Traefik's IngressRoute. https://cert-manager.io/docs/usage/certificate/
 */
export const certificate: Kind = {
  home: "overlay",
  ofService: (service, { ingress: settings }) => {
    if (settings?.controller !== "traefik" || settings.resource !== "IngressRoute") return [];
    return service.routes.flatMap(({ key, name, pointer, host, tls }) => {
      if (!tls?.issuer) return [];
      const issuerRef = { group: "cert-manager.io", kind: tls.issuer.kind, name: tls.issuer.name };
      const spec = { secretName: tls.secretName, dnsNames: [host], issuerRef };
      const metadata = serviceMetadata(service, name);
      return [
        { pointer, slug: key, object: { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata, spec } },
      ];
    });
  },
};
