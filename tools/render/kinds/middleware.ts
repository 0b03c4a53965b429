import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";
import { middlewaresOf } from "../traefik.ts";

/** Traefik's own objects for what a route does on the way. https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/middleware/ */
export const middleware: Kind = {
  home: "overlay",
  ofService: (service, model) => {
    if (model.ingress?.controller !== "traefik") return [];
    return service.routes.flatMap((route) =>
      middlewaresOf(route).map(({ name, slug, spec }) => ({
        pointer: route.pointer,
        slug,
        object: {
          apiVersion: "traefik.io/v1alpha1",
          kind: "Middleware",
          metadata: serviceMetadata(service, name),
          spec,
        },
      })),
    );
  },
};
