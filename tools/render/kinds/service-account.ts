import type { AccountModel } from "../../model/account.ts";
import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import { type Kind, type KubeObject, type ObjectMeta, compact } from "../object.ts";

/**
 * An identity per service, without a token unless it may do something with it. The namespace's own `default` is left to
 * Kubernetes, which makes it while kubectl applies: whoever comes second fails. Nothing of ours uses it.
 */
export const serviceAccount: Kind = {
  home: "base",
  ofService: (service) => {
    const { name, annotations } = service.serviceAccount;
    const metadata = serviceMetadata(service, name, { annotations });
    return [{ pointer: service.pointer, object: accountObject(metadata, service.serviceAccount) }];
  },
  ofNamespace: (namespace, model) =>
    namespace.serviceAccounts.map((account) => ({
      pointer: account.pointer,
      slug: account.name,
      object: accountObject(
        { ...namespaceMetadata(namespace, model, account.name), ...compact({ annotations: account.annotations }) },
        account,
      ),
    })),
};

function accountObject(metadata: ObjectMeta, { hasToken, imagePullSecrets }: AccountModel): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
    automountServiceAccountToken: hasToken,
    ...compact({ imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
}
