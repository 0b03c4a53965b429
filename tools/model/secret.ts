import { byCodePoint, own } from "../lib/merge.ts";
import type { Environment, Registry } from "../registry/schema.ts";
import { pointerSegment } from "./names.ts";
import type { ServiceModel } from "./service.ts";

type Written = NonNullable<Registry["secrets"]>[string];
type WrittenStore = NonNullable<Environment["secretStore"]>;

/** A Secret that must exist in one namespace before its readers start. Names and keys; a value is never known here. */
export interface SecretModel {
  readonly name: string;
  readonly pointer: string;
  readonly namespace: string;
  readonly type: string;
  readonly description: string | null;
  readonly from: NonNullable<Written["from"]>;
  readonly keys: Written["keys"];
  /** File of NAME=value lines that has the values, relative to the registry; for `envFile`. */
  readonly envFile: string | null;
  /** Where the External Secrets operator finds the values, and how often it looks; for `externalSecret`. */
  readonly store: Required<WrittenStore>;
  readonly refreshInterval: string;
  /** Services that read it. */
  readonly readers: readonly string[];
}

/** Credentials for a registry. https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets */
export const PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson";

/** Types whose values mean something to Kubernetes: random text would be refused. */
const MEANINGFUL: ReadonlySet<string> = new Set([
  PULL_SECRET_TYPE,
  "kubernetes.io/dockercfg",
  "kubernetes.io/service-account-token",
  "kubernetes.io/ssh-auth",
  "kubernetes.io/tls",
]);

/**
 * One per Secret and namespace in which something reads it; what pods need for pulling is among them, and
 * what routes need for TLS, unless an issuer makes it.
 */
export function secretModels(
  registry: Registry,
  settings: Environment | null,
  services: readonly ServiceModel[],
): SecretModel[] {
  const found = new Map<string, SecretModel>();
  for (const service of services) {
    for (const name of service.secretNames) add(found, declared(registry, settings, name, service));
    for (const name of service.serviceAccount.imagePullSecrets)
      add(found, own(registry.secrets, name) ? declared(registry, settings, name, service) : pullSecret(name, service));
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
  const written: Written = own(registry.secrets, name) ?? { keys: {} };
  return {
    ...existing(name, service),
    pointer: `/secrets/${pointerSegment(name)}`,
    type: written.type ?? "Opaque",
    description: written.description ?? null,
    from: settings?.secrets?.[name]?.from ?? written.from ?? usualSource(written, settings),
    keys: written.keys,
    envFile: written.envFile ?? null,
    store: storeOf(written, settings),
    refreshInterval: written.externalSecret?.refreshInterval ?? "1h",
  };
}

/** A developer has no vault: what can be made up is. */
function usualSource({ type = "Opaque" }: Written, settings: Environment | null): SecretModel["from"] {
  return settings?.profile === "local" && !MEANINGFUL.has(type) ? "generated" : "existing";
}

function storeOf(written: Written | undefined, settings: Environment | null): SecretModel["store"] {
  const { name = "", kind = "ClusterSecretStore" } = written?.externalSecret?.store ?? settings?.secretStore ?? {};
  return { name, kind };
}

function pullSecret(name: string, service: ServiceModel): SecretModel {
  return {
    ...existing(name, service),
    type: PULL_SECRET_TYPE,
    description: "credentials for pulling images",
    keys: { ".dockerconfigjson": { description: "a Docker configuration with `auths`, JSON" } },
  };
}

function certificate(name: string, service: ServiceModel): SecretModel {
  const keys = { "tls.crt": { description: "certificate chain, PEM" }, "tls.key": { description: "private key, PEM" } };
  return { ...existing(name, service), type: "kubernetes.io/tls", description: "TLS of the routes", keys };
}

function existing(name: string, service: ServiceModel): SecretModel {
  return {
    name,
    pointer: service.pointer,
    namespace: service.namespace,
    type: "Opaque",
    description: null,
    from: "existing",
    keys: {},
    envFile: null,
    store: storeOf(undefined, null),
    refreshInterval: "1h",
    readers: [service.name],
  };
}
