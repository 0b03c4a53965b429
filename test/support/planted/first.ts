import type { RegistryData } from "../build-registry.ts";
import { BOTH, type Planted, WEB, on, without } from "./plant.ts";

const container = (settings: object) => (registry: RegistryData) => {
  registry["services"]!["web"].securityContext = { container: settings };
};

/** Each of the first checks broken in each way that it knows. */
export const FIRST: readonly Planted[] = [
  { code: "CAPABILITIES", by: "adding one", where: WEB, change: container({ capabilities: { add: ["NET_ADMIN"] } }) },
  { code: "CAPABILITIES", by: "dropping none", where: WEB, change: container({ capabilities: { drop: [] } }) },
  { code: "PRIVILEGED", by: "saying so", where: WEB, change: container({ privileged: true }) },
  { code: "PRIVILEGED", by: "allowing escalation", where: WEB, change: container({ allowPrivilegeEscalation: true }) },
  { code: "READ_ONLY_ROOT", by: "saying false", where: WEB, change: container({ readOnlyRootFilesystem: false }) },
  { code: "RUN_AS_ROOT", by: "user 0", where: WEB, change: container({ runAsUser: 0 }) },
  { code: "RUN_AS_ROOT", by: "not refusing it", where: WEB, change: container({ runAsNonRoot: false }) },
  {
    code: "RUN_AS_ROOT",
    by: "a pod's user",
    where: WEB,
    edit: on("Deployment/web", (_, pod) => {
      pod.securityContext.runAsUser = 0;
      delete pod.containers[0].securityContext.runAsUser;
    }),
  },
  {
    code: "RESOURCES",
    by: "having no limit",
    also: ["EPHEMERAL_STORAGE"],
    where: WEB,
    change: ({ services }) => {
      services!["web"].environments = {
        local: { resources: { limits: { memory: null } } },
        enclave: { resources: { requests: null } },
      };
    },
  },
  {
    code: "PROBES",
    by: "having no liveness",
    where: WEB,
    change: ({ services }) => {
      delete services!["web"].probes.liveness;
    },
  },
  {
    code: "PROBES",
    by: "asking the same twice",
    where: WEB,
    change: ({ services }) => {
      services!["web"].probes.liveness = { ...services!["web"].probes.readiness, periodSeconds: 7 };
    },
  },
  {
    code: "IMAGE_TAG",
    by: "latest",
    where: BOTH.map((overlay) => `${overlay} StatefulSet/db`),
    change: ({ services }) => {
      services!["db"].image = "postgres:latest";
    },
  },
  {
    code: "IMAGE_TAG",
    by: "no tag, and a host with a port",
    where: BOTH.map((overlay) => `${overlay} StatefulSet/db`),
    change: ({ services }) => {
      services!["db"].image = "quay.io:443/x/postgres";
    },
  },
  {
    code: "IMAGE_DIGEST",
    by: "the lock's silence",
    where: ["Job/api-migrate-*", "Deployment/api", "Deployment/model", "Deployment/web", "StatefulSet/db"].map(
      (id) => `overlays/enclave ${id}`,
    ),
    change: ({ environments }) => {
      delete environments!["enclave"].exceptions;
    },
  },
  {
    code: "PUBLIC_REGISTRY",
    by: "not mirroring",
    where: ["overlays/enclave Deployment/model", "overlays/enclave StatefulSet/db"],
    change: ({ registries }) => {
      delete registries!["harbor"].mirror;
    },
  },
  {
    code: "SECRET_IN_CLEAR",
    by: "a variable",
    where: WEB,
    change: ({ services }) => {
      services!["web"].env = { API_TOKEN: "b7f3a9" };
    },
  },
  {
    code: "SECRET_IN_CLEAR",
    by: "an argument",
    where: WEB,
    change: ({ services }) => {
      services!["web"].args = ["--redis", "redis://user:pass@cache/0"];
    },
  },
  {
    code: "SECRET_IN_CLEAR",
    by: "a config value",
    where: BOTH.map((overlay) => `${overlay} ConfigMap/web`),
    change: ({ services }) => {
      services!["web"].config = { values: { DB_PASSWORD: "hunter2" } };
    },
  },
  {
    code: "SECRET_IN_CLEAR",
    by: "a file",
    where: BOTH.map((overlay) => `${overlay} ConfigMap/web-files`),
    change: ({ services }) => {
      services!["web"].files = { "/etc/key": { content: "-----BEGIN PRIVATE KEY-----\nMIIB\n" } };
    },
  },
  {
    code: "SERVICE_ACCOUNT_TOKEN",
    by: "a pod's",
    where: WEB,
    edit: on("Deployment/web", (_, pod) => {
      delete pod.automountServiceAccountToken;
    }),
  },
  {
    code: "SERVICE_ACCOUNT_TOKEN",
    by: "sharing an account",
    where: WEB,
    edit: on("Deployment/web", (_, pod) => {
      pod.serviceAccountName = "default";
    }),
  },
  {
    code: "SERVICE_ACCOUNT_TOKEN",
    by: "an account's",
    where: BOTH.map((overlay) => `${overlay} ServiceAccount/web`),
    edit: on("ServiceAccount/web", (object) => {
      object.automountServiceAccountToken = true;
    }),
  },
  {
    code: "NETWORK_POLICY",
    by: "denying nothing by default",
    where: [
      "overlays/local Namespace/back",
      "overlays/local Namespace/front",
      "overlays/local Namespace/later",
      "overlays/enclave Namespace/team-back",
      "overlays/enclave Namespace/front",
      "overlays/enclave Namespace/later",
    ],
    edit: without("NetworkPolicy/default-deny"),
  },
  {
    code: "NETWORK_POLICY",
    by: "having none of one's own",
    where: WEB,
    also: ["BLOCKED_EDGE", "EGRESS_DNS"],
    edit: without("NetworkPolicy/web"),
  },
  {
    code: "NETWORK_POLICY",
    by: "one for one direction",
    also: ["BLOCKED_EDGE", "EGRESS_DNS"],
    where: WEB,
    edit: on("NetworkPolicy/web", (object) => {
      object.spec.policyTypes = ["Ingress"];
    }),
  },
  { code: "DANGLING_REFERENCE", by: "an account", where: WEB, edit: without("ServiceAccount/web") },
  { code: "DANGLING_REFERENCE", by: "a claim", where: WEB, edit: without("PersistentVolumeClaim/media") },
  {
    code: "DANGLING_REFERENCE",
    by: "a config",
    where: BOTH.flatMap((overlay) => [
      `${overlay} StatefulSet/db`,
      `${overlay} Deployment/api`,
      `${overlay} Job/api-migrate-*`,
    ]),
    edit: without("ConfigMap/db"),
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a key",
    where: BOTH.flatMap((overlay) => [`${overlay} Deployment/api`, `${overlay} Job/api-migrate-*`]),
    edit: on("ConfigMap/db", (object) => {
      object.data = { OTHER: "x" };
    }),
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a Secret",
    also: ["SECRET_IN_VARIABLE"],
    where: WEB,
    edit: on("Deployment/web", (_, pod) => {
      pod.containers[0].envFrom = [{ secretRef: { name: "databse" } }];
    }),
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a Secret's key",
    also: ["SECRET_IN_VARIABLE"],
    where: WEB,
    edit: on("Deployment/web", (_, pod) => {
      pod.containers[0].env = [{ name: "A", valueFrom: { secretKeyRef: { name: "database", key: "user" } } }];
    }),
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a route's Service",
    where: BOTH.map((overlay) => `${overlay} Ingress/web-home`),
    edit: without("Service/web"),
  },
];
