import { byCodePoint, own } from "../lib/merge.ts";
import type { Environment, Registry } from "../registry/schema.ts";
import type { ServiceModel } from "./service.ts";

type Written = NonNullable<Registry["secrets"]>[string];

/** A Secret that must exist in one namespace before its readers start. Names and keys; a value is never known here. */
export interface SecretModel {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly description: string | null;
  readonly from: NonNullable<Written["from"]>;
  readonly keys: Written["keys"];
  /** Services that read it. */
  readonly readers: readonly string[];
}

/** One per Secret and namespace in which something reads it; what routes need for TLS is among them, unless an issuer makes it. */
export function secretModels(
  registry: Registry,
  settings: Environment | null,
  services: readonly ServiceModel[],
): SecretModel[] {
  const found = new Map<string, SecretModel>();
  for (const service of services) {
    for (const name of service.secretNames) add(found, declared(registry, settings, name, service));
    for (const name of service.routes.flatMap(({ tls }) => (tls?.issuer === null ? tls.secretName : [])))
      add(found, certificate(name, service));
  }
  return [...found.values()].toSorted((a, b) => byCodePoint(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
}

function add(found: Map<string, SecretModel>, secret: SecretModel): void {
  const key = `${secret.namespace}/${secret.name}`;
  const readers = [...(found.get(key)?.readers ?? []), ...secret.readers];
  found.set(key, { ...secret, readers: [...new Set(readers)] });
}

function declared(registry: Registry, settings: Environment | null, name: string, service: ServiceModel): SecretModel {
  const written = own(registry.secrets, name);
  const from =
    own(settings?.secrets, name)?.from ?? written?.from ?? (settings?.profile === "local" ? "generated" : "existing");
  return {
    name,
    namespace: service.namespace,
    type: written?.type ?? "Opaque",
    description: written?.description ?? null,
    from,
    keys: written?.keys ?? {},
    readers: [service.name],
  };
}

function certificate(name: string, service: ServiceModel): SecretModel {
  const keys = { "tls.crt": { description: "certificate chain, PEM" }, "tls.key": { description: "private key, PEM" } };
  return {
    name,
    namespace: service.namespace,
    type: "kubernetes.io/tls",
    description: "TLS of the routes",
    from: "existing",
    keys,
    readers: [service.name],
  };
}
