import type { Finding } from "../../tools/lib/errors.ts";
import type { SecretTarget } from "../core/target.ts";
import type { KubeApi } from "./api/api.ts";
import { type LiveObject, dataKeys } from "./owned-fields.ts";

/**
 * Only metadata ever leaves the API, and it names the keys (managedFields): a value must not even pass through this
 * program. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-metadata
 */
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** A Secret's keys; null where the API does not tell them. */
export type ExistingKeys = ReadonlyMap<string, readonly string[] | null>;

/** A finding for each Secret, or key of one, that should exist and does not. */
export async function missingSecrets(
  api: KubeApi,
  secrets: readonly SecretTarget[],
  environment: string,
  signal: AbortSignal,
): Promise<Finding[]> {
  const namespaces = [...new Set(secrets.map(({ namespace }) => namespace))];
  const lists = await Promise.all(namespaces.map((namespace) => keysIn(api, namespace, signal)));
  // Who may not list them cannot tell that one is missing.
  if (lists.some((list) => list === null)) return [];
  return secretFindings(secrets, new Map(lists.flatMap((list) => list ?? [])), environment);
}

async function keysIn(
  api: KubeApi,
  namespace: string,
  signal: AbortSignal,
): Promise<(readonly [string, readonly string[] | null])[] | null> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const { status, body } = await api.request("GET", path, { accept: METADATA_ONLY, signal });
  if (status !== 200) return null;
  const { items } = body as { readonly items: readonly LiveObject[] };
  return items.map((secret) => [`${namespace}/${secret.metadata.name}`, dataKeys(secret)] as const);
}

export function secretFindings(
  secrets: readonly SecretTarget[],
  existing: ExistingKeys,
  environment: string,
): Finding[] {
  return secrets.flatMap((secret): Finding[] => {
    const keys = existing.get(`${secret.namespace}/${secret.name}`);
    const missing = secret.keys.filter((key) => !keys?.includes(key));
    if (keys === null || (keys && missing.length === 0)) return [];
    const message = keys
      ? `the Secret ${secret.name} has no key ${missing.join(", ")}`
      : `the Secret ${secret.name} does not exist`;
    const where = `Secret/${secret.name} in ${secret.namespace}`;
    const fix = `npm run secrets -- ${environment}`;
    return [
      {
        code: keys ? "SECRET_KEY_MISSING" : "SECRET_MISSING",
        severity: "warning",
        where,
        message: `${message}; ${secret.readers.join(" and ")} cannot start without it`,
        fix,
      },
    ];
  });
}
