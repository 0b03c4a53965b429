import { type Planted, ENCLAVE_WEB, WEB, foreign, inBoth, inEnclave, on, web, webPod } from "./plant.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

function role(code: string, by: string, rule: object, kind = "Role"): Planted {
  const rules = [{ apiGroups: [""], ...rule }];
  const add = [foreign(RBAC, kind, { rules }, kind === "Role" ? "front" : null)];
  return { code, by, where: inBoth(`${kind}/x`), add };
}

function binding(code: string, by: string, name: string, subject: object, kind = "RoleBinding"): Planted {
  const body = { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name }, subjects: [subject] };
  return { code, by, where: inBoth(`${kind}/x`), add: [foreign(RBAC, kind, body)] };
}

const ACCOUNT = { kind: "ServiceAccount", name: "web", namespace: "front" };

export const IDENTITY: readonly Planted[] = [
  {
    code: "DEPRECATED_SERVICE_ACCOUNT",
    by: "the old field",
    where: WEB,
    edit: webPod((_, pod) => (pod.serviceAccount = "web")),
  },
  role("RBAC_WILDCARD", "every verb", { resources: ["configmaps"], verbs: ["*"] }),
  role("RBAC_SECRETS", "reading them", { resources: ["secrets"], verbs: ["get"] }),
  role("RBAC_PODS", "entering them", { resources: ["pods/exec"], verbs: ["create"] }),
  role("RBAC_PODS", "making them", { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"] }),
  role("RBAC_ESCALATION", "a verb", {
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["roles"],
    verbs: ["bind"],
  }),
  role("RBAC_ESCALATION", "a token", { resources: ["serviceaccounts/token"], verbs: ["create"] }),
  role(
    "RBAC_ESCALATION",
    "a webhook",
    {
      apiGroups: ["admissionregistration.k8s.io"],
      resources: ["mutatingwebhookconfigurations"],
      verbs: ["patch"],
    },
    "ClusterRole",
  ),
  role("RBAC_INFRASTRUCTURE", "nodes", { resources: ["nodes/proxy"], verbs: ["get"] }, "ClusterRole"),
  role("RBAC_INFRASTRUCTURE", "DNS", { resources: ["configmaps"], verbs: ["update"] }, "ClusterRole"),
  role("RBAC_DELETE", "a verb", { resources: ["configmaps"], verbs: ["get", "delete"] }),
  binding("RBAC_CLUSTER_ADMIN", "the role", "cluster-admin", ACCOUNT, "ClusterRoleBinding"),
  binding("RBAC_SUBJECT", "everybody", "view", { kind: "Group", name: "system:authenticated" }),
  binding("RBAC_SUBJECT", "a default account", "view", { ...ACCOUNT, name: "default" }),
  {
    code: "SECRET_IN_VARIABLE",
    by: "a key",
    where: inBoth("StatefulSet/db"),
    change: ({ services }) => (services!["db"].env = { A: { secret: "database", key: "password" } }),
  },
  {
    code: "SECRET_IN_VARIABLE",
    by: "a whole Secret",
    where: inBoth("StatefulSet/db"),
    change: ({ services }) => (services!["db"].envFrom = [{ secret: "database" }]),
  },
  {
    code: "SECRET_OBJECT",
    by: "one",
    where: inBoth("Secret/x"),
    add: [foreign("v1", "Secret", { data: { a: "Yg==" } })],
  },
  {
    code: "SECRET_GENERATOR",
    by: "a literal",
    where: ["overlays/enclave/kustomization.yaml"],
    kustomizations: [
      {
        path: "overlays/enclave/kustomization.yaml",
        value: { resources: ["web"], secretGenerator: [{ name: "x", literals: ["a=b"] }] },
      },
    ],
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a mounted Secret, written by hand",
    where: WEB,
    edit: webPod((_, pod) => pod.volumes.push({ name: "x", secret: { secretName: "nowhere" } })),
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a certificate",
    where: inEnclave("Ingress/web-home"),
    edit: on("Ingress/web-home", (object) => {
      if (object.spec.tls) object.spec.tls[0].secretName = "nowhere";
    }),
  },
  {
    code: "IMAGE_MOVING_TAG",
    by: "nightly",
    where: ENCLAVE_WEB,
    edit: webPod((c) => (c.image = c.image.replace(/:[^:]*$/, ":nightly"))),
  },
  {
    code: "IMAGE_PULL_POLICY",
    by: "Never",
    where: ENCLAVE_WEB,
    change: web((service) => (service.imagePullPolicy = "Never")),
  },
  {
    code: "DEPRECATED_REGISTRY",
    by: "k8s.gcr.io",
    where: WEB,
    also: ["PUBLIC_REGISTRY"],
    edit: webPod((c) => (c.image = "k8s.gcr.io/pause:3.9")),
  },
  {
    code: "IMAGE_PULL_SECRET",
    by: "one pod only, and declared nowhere",
    where: inEnclave("Deployment/web", "Deployment/api", "Deployment/model", "Job/api-migrate-*", "StatefulSet/db"),
    edit: webPod((_, pod) => (pod.imagePullSecrets = [{ name: "harbor" }])),
  },
  {
    code: "LOCK_UNUSED",
    by: "an image of yesterday",
    where: ["images.lock.json"],
    lock: { "shop/old:0.1": { digest: `sha256:${"0".repeat(64)}` } },
  },
  {
    code: "IMAGE_UNLOCKED",
    by: "a digest of its own",
    where: ENCLAVE_WEB,
    edit: webPod((c) => (c.image += `@sha256:${"1".repeat(64)}`)),
  },
  {
    code: "IMAGE_PLATFORM",
    by: "another processor",
    where: ENCLAVE_WEB,
    lock: { "shop/web:1.0": { digest: `sha256:${"2".repeat(64)}`, platforms: ["linux/amd64"] } },
    change: web((service) => (service.nodeSelector = { "kubernetes.io/arch": "arm64" })),
  },
  {
    code: "DUPLICATE_VARIABLE",
    by: "one",
    where: WEB,
    edit: webPod(
      (c) =>
        (c.env = [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ]),
    ),
  },
  {
    code: "LABEL_SYNTAX",
    by: "a value",
    where: inBoth("ConfigMap/x"),
    add: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "x", namespace: "front", labels: { a: "not a label" } },
      },
    ],
  },
  {
    code: "LABELS",
    by: "none on the pods",
    where: WEB,
    edit: webPod((_, __, object) => delete object.spec.template.metadata.labels["app.kubernetes.io/part-of"]),
  },
  {
    code: "LABELS",
    by: "another instance",
    where: WEB,
    edit: webPod((_, __, object) => (object.metadata.labels["app.kubernetes.io/instance"] = "web-2")),
  },
  {
    code: "API_VERSION",
    by: "a version that is gone",
    where: inBoth("CronJob/x"),
    also: ["CRON_DEADLINE"],
    add: [foreign("batch/v1beta1", "CronJob")],
  },
  { code: "NAMESPACE", by: "default", where: inBoth("ConfigMap/x"), add: [foreign("v1", "ConfigMap", {}, "default")] },
  { code: "NAMESPACE", by: "none", where: inBoth("ConfigMap/x"), add: [foreign("v1", "ConfigMap", {}, null)] },
  {
    code: "POD_SECURITY",
    by: "baseline",
    where: inBoth("Namespace/front"),
    change: ({ namespaces }) => (namespaces!["front"].podSecurity = "baseline"),
  },
  {
    code: "SELECTOR",
    by: "other labels",
    where: WEB,
    edit: webPod((_, __, object) => (object.spec.selector.matchLabels.tier = "x")),
  },
  { code: "SELECTOR", by: "none", where: WEB, edit: webPod((_, __, object) => delete object.spec.selector) },
  {
    code: "DEV_LEFTOVER",
    by: "an argument",
    where: ENCLAVE_WEB,
    change: web((service) => (service.args = ["serve", "--reload"])),
  },
  {
    code: "DEV_LEFTOVER",
    by: "a variable",
    where: ENCLAVE_WEB,
    change: web((s) => (s.env = { NODE_ENV: "development" })),
  },
  {
    code: "DEV_LEFTOVER",
    by: "a debugger's port",
    where: ENCLAVE_WEB,
    change: web((s) => (s.ports.debug = { containerPort: 9229 })),
  },
  {
    code: "TLS_VERIFY",
    by: "a variable",
    where: ENCLAVE_WEB,
    change: web((service) => (service.env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" })),
  },
  {
    code: "TLS_VERIFY",
    by: "an argument",
    where: ENCLAVE_WEB,
    change: web((s) => (s.args = ["--insecure-skip-tls-verify"])),
  },
];
