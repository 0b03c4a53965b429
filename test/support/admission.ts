import { id } from "./applied.ts";

/** A policy that refuses, and a webhook that never answers: each for one name in one namespace. */
export function gatekeepers(namespace: string): object[] {
  const inNamespace = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  return [...policy(inNamespace), webhook(namespace, inNamespace)];
}

const rule = {
  apiGroups: [""],
  apiVersions: ["v1"],
  operations: ["CREATE"],
  resources: ["serviceaccounts"],
  scope: "Namespaced",
};

function policy(inNamespace: object): object[] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: id },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { namespaceSelector: inNamespace, resourceRules: [rule] },
        validations: [{ expression: "object.metadata.name != 'refuse-me'", message: "nobody is called refuse-me" }],
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: id },
      spec: { policyName: id, validationActions: ["Deny"] },
    },
  ];
}

function webhook(namespace: string, inNamespace: object): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: id },
    webhooks: [
      {
        name: "ask.slipway.dev",
        namespaceSelector: inNamespace,
        matchConditions: [{ name: "one", expression: "object.metadata.name == 'ask-webhook'" }],
        clientConfig: { service: { name: "absent", namespace } },
        rules: [rule],
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 1,
      },
    ],
  };
}
