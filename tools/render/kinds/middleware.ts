import { type RouteModel, strips } from "../../model/route.ts";
import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** Traefik's own object for what an Ingress cannot say. https://doc.traefik.io/traefik/middlewares/http/stripprefix/ */
export const middleware: Kind = {
  home: "overlay",
  ofService: (service, model) => {
    if (model.ingress?.controller !== "traefik") return [];
    return service.routes.filter(strips).map((route) => ({
      pointer: route.pointer,
      slug: `${route.key}-strip-prefix`,
      object: {
        apiVersion: "traefik.io/v1alpha1",
        kind: "Middleware",
        metadata: serviceMetadata(service, stripPrefixName(route)),
        spec: { stripPrefix: { prefixes: [route.path.replace(/\/+$/, "")] } },
      },
    }));
  },
};

export function stripPrefixName(route: RouteModel): string {
  return `${route.name}-strip-prefix`;
}
