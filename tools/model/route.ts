import { sortedEntries } from "../lib/merge.ts";
import type { Ingress } from "../registry/schema.ts";
import type { Route, Service } from "../registry/schema/service.ts";
import { pointerSegment } from "./names.ts";

/** A way in from outside, with the environment's host and TLS. */
export interface RouteModel {
  /** As the registry calls it. */
  readonly key: string;
  /** Of its Ingress. */
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly host: string;
  readonly path: string;
  readonly pathType: NonNullable<Route["pathType"]>;
  readonly port: string;
  readonly stripPrefix: boolean;
  readonly tlsSecretName: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** None where no ingress is: the base knows no controller. */
export function routeModels(
  service: string,
  written: Service,
  ingress: Ingress | null,
  pointer: string,
  resolve: (text: string) => string,
): RouteModel[] {
  if (!ingress) return [];
  return sortedEntries(written.routes).map(([key, route]) => ({
    key,
    name: `${service}-${key}`,
    pointer: `${pointer.replace(/\/mock$/, "")}/routes/${pointerSegment(key)}`,
    description: route.description ?? null,
    host: route.host === undefined ? (ingress.host ?? "") : resolve(route.host),
    path: route.path,
    pathType: route.pathType ?? "Prefix",
    port: route.port,
    stripPrefix: route.stripPrefix ?? false,
    tlsSecretName: route.tls?.secretName ?? ingress.tls?.secretName ?? null,
    annotations: { ...ingress.annotations, ...route.annotations },
  }));
}

/** Whether the service sees another path than the client asked for; stripping `/` would change nothing. */
export function strips(route: RouteModel): boolean {
  return route.stripPrefix && route.path.replace(/\/+$/, "") !== "";
}
