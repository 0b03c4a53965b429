import { sortKeys } from "../../lib/merge.ts";
import { type CorsModel, type RouteModel, strips, trimmedPath } from "../../model/route.ts";
import type { ServiceModel } from "../../model/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/**
 * A route of the Gateway API. TLS ends at the Gateway's listener, which has the certificate. A filter for CORS is part of
 * the API since version 1.5. https://gateway-api.sigs.k8s.io/reference/spec/#httproute
 */
export const httpRoute: Kind = {
  home: "overlay",
  ofService: (service, { ingress: settings }) => {
    if (settings?.controller !== "gateway") return [];
    const parentRefs = (settings.parentRefs ?? []).map(({ name, namespace, sectionName }) =>
      compact({ name, namespace, sectionName }),
    );
    return service.routes.map((route) => ({
      pointer: route.pointer,
      slug: route.key,
      description: route.description,
      object: {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: serviceMetadata(service, route.name, { annotations: sortKeys(route.annotations) }),
        spec: { parentRefs, hostnames: [route.host], rules: [rule(route, service)] },
      },
    }));
  },
};

function rule(route: RouteModel, service: ServiceModel): Record<string, unknown> {
  const isExact = route.pathType === "Exact";
  const port = service.ports.find(({ name }) => name === route.port)?.servicePort;
  return compact({
    matches: [{ path: { type: isExact ? "Exact" : "PathPrefix", value: isExact ? route.path : prefix(route) } }],
    filters: [
      ...(route.cors ? [{ type: "CORS", cors: cors(route.cors) }] : []),
      ...(strips(route) ? [{ type: "URLRewrite", urlRewrite: { path: rewrite(isExact) } }] : []),
    ],
    backendRefs: [{ name: service.service?.name ?? service.name, port }],
  });
}

function prefix(route: RouteModel): string {
  return trimmedPath(route) === "" ? "/" : trimmedPath(route);
}

function rewrite(isExact: boolean): Record<string, string> {
  return isExact
    ? { type: "ReplaceFullPath", replaceFullPath: "/" }
    : { type: "ReplacePrefixMatch", replacePrefixMatch: "/" };
}

function cors(model: CorsModel): Record<string, unknown> {
  return compact({
    allowOrigins: model.allowOrigins,
    allowMethods: model.allowMethods,
    allowHeaders: model.allowHeaders,
    exposeHeaders: model.exposeHeaders,
    allowCredentials: model.allowCredentials ? true : null,
    // The API knows no zero; a second is the least that a browser can be told.
    maxAge: Math.max(1, model.maxAgeSeconds),
  });
}
