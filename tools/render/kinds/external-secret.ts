import { sortedEntries } from "../../lib/merge.ts";
import type { SecretModel } from "../../model/secret.ts";
import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import { type Drawn, type Kind, type ObjectMeta, compact } from "../object.ts";

/**
 * How the External Secrets operator makes a Secret. It belongs to the one service that reads it, or to the namespace
 * where several do (two owners would clash). https://external-secrets.io/latest/api/externalsecret/
 */
export const externalSecret: Kind = {
  home: "overlay",
  ofService: (service, { secrets }) =>
    external(secrets, service.namespace)
      .filter(({ readers }) => readers.length === 1 && readers[0] === service.name)
      .map((secret) => drawn(secret, serviceMetadata(service, secret.name))),
  ofNamespace: (namespace, model) =>
    external(model.secrets, namespace.name)
      .filter(({ readers }) => readers.length > 1)
      .map((secret) => drawn(secret, namespaceMetadata(namespace, model, secret.name))),
};

function external(secrets: readonly SecretModel[], namespace: string): SecretModel[] {
  return secrets.filter((secret) => secret.from === "externalSecret" && secret.namespace === namespace);
}

function drawn(secret: SecretModel, metadata: ObjectMeta): Drawn {
  const { name, kind } = secret.store;
  return {
    pointer: secret.pointer,
    slug: secret.name,
    description: secret.description,
    object: {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata,
      spec: {
        refreshInterval: secret.refreshInterval,
        secretStoreRef: { kind, name },
        target: { name: secret.name, ...(secret.type !== "Opaque" && { template: { type: secret.type } }) },
        data: sortedEntries(secret.keys).map(([secretKey, { remote }]) => ({
          secretKey,
          remoteRef: compact({ key: remote?.key ?? secret.name, property: remote?.property ?? secretKey }),
        })),
      },
    },
  };
}
