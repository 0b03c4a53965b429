import type { Ingress } from "../../registry/schema.ts";
import { sortKeys } from "../../lib/merge.ts";
import type { RouteModel } from "../../model/route.ts";
import type { ServiceModel } from "../../model/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { nginxAnnotations, nginxPath } from "../nginx.ts";
import { type Drawn, type Kind, compact } from "../object.ts";
import { entryPointsOf, middlewaresOf, priorityOf } from "../traefik.ts";

interface Dialect {
  readonly path: (route: RouteModel) => { readonly path: string; readonly pathType: string };
  readonly annotations: (
    route: RouteModel,
    service: ServiceModel,
    settings: Ingress,
  ) => Readonly<Record<string, string>>;
}

/** One Ingress per route: what a controller reads from annotations holds for all paths of an Ingress. */
export const ingress: Kind = {
  home: "overlay",
  ofService: (service, { ingress: settings }) => {
    const dialect = settings?.resource === "IngressRoute" ? null : DIALECTS[settings?.controller ?? "gateway"];
    return settings && dialect ? service.routes.map((route) => draw(route, service, settings, dialect)) : [];
  },
};

const TRAEFIK = "traefik.ingress.kubernetes.io";

/** What each controller wants said in its own way. */
const DIALECTS: Readonly<Record<Ingress["controller"], Dialect | null>> = {
  gateway: null,
  nginx: { path: nginxPath, annotations: nginxAnnotations },
  traefik: {
    path: (route) => ({ path: route.path, pathType: route.pathType }),
    annotations: (route, service, settings) => {
      const middlewares = middlewaresOf(route).map(({ name }) => `${service.namespace}-${name}@kubernetescrd`);
      return {
        [`${TRAEFIK}/router.entrypoints`]: entryPointsOf(route, settings).join(","),
        ...(route.tls && { [`${TRAEFIK}/router.tls`]: "true" }),
        ...(route.pathType === "Exact" && { [`${TRAEFIK}/router.priority`]: String(priorityOf(route)) }),
        ...(middlewares.length > 0 && { [`${TRAEFIK}/router.middlewares`]: middlewares.join(",") }),
      };
    },
  },
};

function draw(route: RouteModel, service: ServiceModel, settings: Ingress, dialect: Dialect): Drawn {
  const annotations = { ...dialect.annotations(route, service, settings), ...issuer(route), ...route.annotations };
  const metadata = serviceMetadata(service, route.name, { annotations: sortKeys(annotations) });
  const backend = { service: { name: service.service?.name ?? service.name, port: { name: route.port } } };
  const spec = compact({
    ingressClassName: settings.className ?? settings.controller,
    tls: route.tls && [{ hosts: [route.host], secretName: route.tls.secretName }],
    rules: [{ host: route.host, http: { paths: [{ ...dialect.path(route), backend }] } }],
  });
  return {
    pointer: route.pointer,
    slug: route.key,
    description: route.description,
    object: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec },
  };
}

/** https://cert-manager.io/docs/usage/ingress/ */
function issuer({ tls }: RouteModel): Record<string, string> {
  if (!tls?.issuer) return {};
  const { kind, name } = tls.issuer;
  return { [`cert-manager.io/${kind === "Issuer" ? "issuer" : "cluster-issuer"}`]: name };
}
