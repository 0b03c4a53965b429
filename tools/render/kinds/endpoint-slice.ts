import { addressesOf } from "../../model/external.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/**
 * The addresses behind a Service without selector, one slice per family. The label says that no controller of the
 * cluster's may touch it. https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
 */
export const endpointSlice: Kind = {
  home: "overlay",
  ofExternal: (service, external) =>
    (["ipv4", "ipv6"] as const).flatMap((family) => {
      const addresses = addressesOf(external, family);
      if (!service.service || addresses.length === 0) return [];
      const labels = {
        "kubernetes.io/service-name": service.service.name,
        "endpointslice.kubernetes.io/managed-by": "slipway",
      };
      return [
        {
          pointer: `${service.pointer}/external`,
          slug: family,
          object: {
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            metadata: serviceMetadata(service, `${service.service.name}-${family}`, { labels }),
            addressType: family === "ipv4" ? "IPv4" : "IPv6",
            ports: service.ports.map(({ name, containerPort, protocol, appProtocol }) =>
              compact({ name, port: containerPort, protocol, appProtocol }),
            ),
            // One endpoint an address: several addresses of one endpoint would mean one and the same machine.
            endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
          },
        },
      ];
    }),
};
