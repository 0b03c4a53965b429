import type { KubeObject } from "../../tools/render/object.ts";
import { type Place, IMAGE, labels } from "./broken/service.ts";

/** What stands in the way of the broken services: namespaces, quota, policies, a webhook, a class, a node, a registry. */
export function refusals(place: Place): KubeObject[] {
  const { id, namespace, restricted } = place;
  const enforce = { "pod-security.kubernetes.io/enforce": "restricted" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: restricted, labels: enforce } },
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "widgets", namespace },
      spec: { hard: { "requests.example.com/widget": "0" } },
    },
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: `${id}-nobody`, labels: labels(id, "class") },
      provisioner: "example.com/nobody",
      volumeBindingMode: "Immediate",
    },
    webhook(place),
    ...policy(place),
    node(place),
    registryPod(place),
  ] as KubeObject[];
}

/** Its service does not exist, and it is asked about one service of the test only. */
function webhook({ id, namespace }: Place): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: id, labels: labels(id, "hook") },
    webhooks: [
      {
        name: "webhook.slipway.test",
        clientConfig: { service: { name: "absent", namespace } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        objectSelector: { matchLabels: { "app.kubernetes.io/name": "webhook" } },
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        failurePolicy: "Fail",
      },
    ],
  };
}

function policy({ id, namespace }: Place): object[] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  const matches = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    objectSelector: { matchLabels: { "app.kubernetes.io/name": "policy" } },
    resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
  };
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: id, labels: labels(id, "policy") },
      spec: { matchConstraints: matches, validations: [{ expression: "false", message: "no pod of this name" }] },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: id },
      spec: { policyName: id, validationActions: ["Deny"] },
    },
  ];
}

/** Nobody else's pods come here: none tolerates its taint. */
function node({ id, node: name }: Place): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { ...labels(id, "node"), "slipway-test": name } },
    spec: { taints: [{ key: "slipway-test", effect: "NoSchedule" }] },
  };
}

/** Answers on a port of the node as a registry that has no image, and that gives none of /denied. */
export function registryPod({ namespace, port }: Place): object {
  const script = `mkdir -p /tmp/www/v2; echo '/v2/denied:user:secret' > /tmp/httpd.conf; exec httpd -f -p ${port} -h /tmp/www -c /tmp/httpd.conf`;
  const container = {
    name: "main",
    image: IMAGE,
    command: ["sh", "-c", script],
    ports: [{ containerPort: port, hostPort: port }],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
  };
  const spec = { hostNetwork: true, terminationGracePeriodSeconds: 0, containers: [container] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "registry", namespace }, spec };
}
