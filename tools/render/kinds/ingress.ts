import type { Ingress } from "../../registry/schema.ts";
import { sortKeys } from "../../lib/merge.ts";
import type { Model } from "../../model/model.ts";
import { type RouteModel, strips } from "../../model/route.ts";
import type { ServiceModel } from "../../model/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Drawn, type Kind, compact } from "../object.ts";
import { stripPrefixName } from "./middleware.ts";

interface Dialect {
  readonly path: (route: RouteModel) => { readonly path: string; readonly pathType: string };
  readonly annotations: (route: RouteModel, service: ServiceModel) => Readonly<Record<string, string>>;
}

/** One Ingress per route: what a controller reads from annotations holds for all paths of an Ingress. */
export const ingress: Kind = {
  home: "overlay",
  ofService: (service, model) => service.routes.map((route) => draw(route, service, model)),
};

/** What each controller wants said in its own way. */
const DIALECTS: Readonly<Record<Exclude<Ingress["controller"], "gateway">, Dialect>> = {
  nginx: {
    // `rewrite-target: /` alone would send every path below the prefix to `/`.
    // https://kubernetes.github.io/ingress-nginx/examples/rewrite/
    path: (route) =>
      strips(route)
        ? { path: `${escapeRegex(trimmed(route.path))}${REST[route.pathType]}`, pathType: "ImplementationSpecific" }
        : { path: route.path, pathType: route.pathType },
    annotations: (route) => ({
      ...(strips(route) && {
        "nginx.ingress.kubernetes.io/use-regex": "true",
        "nginx.ingress.kubernetes.io/rewrite-target": "/$2",
      }),
    }),
  },
  traefik: {
    path: (route) => ({ path: route.path, pathType: route.pathType }),
    annotations: (route, service) => ({
      "traefik.ingress.kubernetes.io/router.entrypoints": route.tlsSecretName === null ? "web" : "websecure",
      ...(route.tlsSecretName !== null && { "traefik.ingress.kubernetes.io/router.tls": "true" }),
      ...(strips(route) && {
        "traefik.ingress.kubernetes.io/router.middlewares": `${service.namespace}-${stripPrefixName(route)}@kubernetescrd`,
      }),
    }),
  },
};

/** What may follow a stripped prefix; its second group is the path that the service sees. */
const REST: Readonly<Record<RouteModel["pathType"], string>> = {
  Prefix: "(/|$)(.*)",
  ImplementationSpecific: "(/|$)(.*)",
  Exact: "($)()",
};

function draw(route: RouteModel, service: ServiceModel, model: Model): Drawn {
  const settings = model.ingress;
  if (!settings || settings.controller === "gateway") throw new Error(`route ${route.name} without an ingress`);
  const dialect = DIALECTS[settings.controller];
  const metadata = serviceMetadata(service, route.name, {
    annotations: sortKeys({ ...dialect.annotations(route, service), ...route.annotations }),
  });
  const backend = { service: { name: service.service?.name ?? service.name, port: { name: route.port } } };
  const spec = compact({
    ingressClassName: settings.className ?? settings.controller,
    tls: route.tlsSecretName === null ? null : [{ hosts: [route.host], secretName: route.tlsSecretName }],
    rules: [{ host: route.host, http: { paths: [{ ...dialect.path(route), backend }] } }],
  });
  return {
    pointer: route.pointer,
    slug: route.key,
    description: route.description,
    object: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec },
  };
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
