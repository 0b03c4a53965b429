import fc from "fast-check";

// What belongs to the platform as a whole: accounts with rules, classes, secrets of every origin, parameters, vendored files.

const FILE = "vendor/all.yaml";

const rule = fc.constantFrom(
  { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] },
  { apiGroups: ["apps", ""], resources: ["deployments"], resourceNames: ["yes"], verbs: ["*"] },
);
const clusterRule = fc.oneof(rule, fc.constant({ nonResourceURLs: ["/version", "/healthz/*"], verbs: ["get"] }));
const annotations = fc.constantFrom({}, { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x" });

/** Fields of a service; `null` removes, so they may stand in any layer. */
export const accountFields = fc.record(
  {
    serviceAccount: fc.record(
      {
        annotations,
        rules: fc.array(rule, { maxLength: 2 }),
        clusterRules: fc.array(clusterRule, { maxLength: 2 }),
        automountServiceAccountToken: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    imagePullSecrets: fc.constantFrom([], ["pull"], ["pull", "undeclared"]),
    metrics: fc.constantFrom({ port: "http" }, { port: "http", interval: "30s", mode: "serviceMonitor" }),
  },
  { requiredKeys: [] },
);

/** Fields of an environment. */
export const environmentFields = fc
  .record(
    {
      monitoring: fc.record({
        namespace: fc.constant("monitoring"),
        labels: fc.constant({ app: "prometheus" }),
        mode: fc.constantFrom("annotations", "serviceMonitor"),
        serviceMonitorLabels: fc.constantFrom({}, { release: "x" }),
      }),
      secrets: fc.constantFrom({}, { shared: { from: "externalSecret" } }, { shared: { from: "envFile" } }),
      storageClasses: fc.constantFrom(
        {},
        { fast: "standard" },
        { fast: { provisioner: "other.example", parameters: { tier: "1" } } },
      ),
      cluster: fc.constantFrom({ workers: 2 }, { allowedContexts: ["x"] }),
      namespaces: fc.constantFrom(
        {},
        { front: "pr-${parameters.pr}" },
        { front: "team-front", back: "pr-${parameters.pr}-b" },
      ),
    },
    { requiredKeys: [] },
  )
  .chain((fields) =>
    fc.constantFrom("1", "yes", "0x1").map((pr) => ({ ...fields, parameters: { pr }, secretStore: { name: "vault" } })),
  );

/** What every registry has. */
export const PLATFORM = {
  namespaces: {
    front: { serviceAccounts: { robot: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] } } },
    back: { resourceQuota: { pods: "10" }, labels: { preview: "${parameters.pr}" } },
  },
  secrets: {
    shared: { envFile: "shared.env", keys: { password: {} } },
    pull: { type: "kubernetes.io/dockerconfigjson", keys: { ".dockerconfigjson": {} } },
  },
};

/** Fields of the registry that are there or not. */
export const platformFields = fc.record(
  {
    storageClasses: fc.constantFrom(
      { fast: { provisioner: "a.example", default: true } },
      { fast: { provisioner: "a.example", parameters: { on: "yes" }, volumeBindingMode: "Immediate" } },
    ),
    priorityClasses: fc.constantFrom({ high: { value: 10, description: "a: b" } }, { low: { value: -1 } }),
    mirror: fc.constantFrom(
      { images: ["registry.k8s.io/pause:3.10"] },
      { files: { x: { url: "https://x", destination: "/x" } } },
    ),
    manifests: fc.constantFrom(
      { vendored: { files: [FILE], namespace: "front" } },
      { vendored: { files: [FILE], namespace: "back" } },
    ),
  },
  { requiredKeys: [] },
);

/** Its objects meet every way in which an overlay changes one that is vendored. */
export const VENDORED_FILES: ReadonlyMap<string, string> = new Map([
  [
    FILE,
    `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  conversion: {webhook: {clientConfig: {service: {name: hook, namespace: front}}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: operator}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: operator, namespace: elsewhere}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "operator:all"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: operator, namespace: front}
- {kind: ServiceAccount, name: operator, namespace: elsewhere}
- {kind: ServiceAccount, name: default, namespace: back}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator, namespace: back}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: operator, namespace: front}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator, namespace: elsewhere}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: front}]
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: front}
spec: {ports: [{port: 443}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook.example.com}
webhooks:
- name: a.example.com
  clientConfig: {service: {name: hook, namespace: front}}
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: back}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator.v1}
spec:
  selector: {matchLabels: {app: x}}
  template:
    metadata: {labels: {app: x}, annotations: {}}
    spec:
      initContainers: [{name: a, image: "redis:7"}, {name: b, image: busybox}]
      containers: [{name: c, image: "redis:7", args: ["--image=ghcr.io/a/b:1", --namespaces=front]}, {name: d, image: "redis:8"}]
      volumes: [{name: v, image: {reference: "redis:7"}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: vendored-nightly}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: "quay.io/x/y:1"}]}}}}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: one}
spec: {image: "redis:7", pod: {containers: [{name: a, image: "redis:7"}]}, on: yes, empty: {}, none: null, list: []}
`,
  ],
]);
