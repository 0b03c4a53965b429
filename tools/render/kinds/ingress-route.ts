import { sortKeys } from "../../lib/merge.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";
import { entryPointsOf, middlewaresOf, priorityOf, ruleOf } from "../traefik.ts";

/** Traefik's own form of a route. https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/ */
export const ingressRoute: Kind = {
  home: "overlay",
  ofService: (service, { ingress: settings }) => {
    if (settings?.controller !== "traefik" || settings.resource !== "IngressRoute") return [];
    const className = settings.className === undefined ? {} : { "kubernetes.io/ingress.class": settings.className };
    return service.routes.map((route) => {
      const rule = compact({
        kind: "Rule",
        match: ruleOf(route),
        priority: priorityOf(route),
        middlewares: middlewaresOf(route).map(({ name }) => ({ name })),
        services: [{ name: service.service?.name ?? service.name, port: route.port }],
      });
      const spec = compact({
        entryPoints: entryPointsOf(route, settings),
        routes: [rule],
        tls: route.tls && { secretName: route.tls.secretName },
      });
      const annotations = sortKeys({ ...className, ...route.annotations });
      return {
        pointer: route.pointer,
        slug: route.key,
        description: route.description,
        object: {
          apiVersion: "traefik.io/v1alpha1",
          kind: "IngressRoute",
          metadata: serviceMetadata(service, route.name, { annotations }),
          spec,
        },
      };
    });
  },
};
