import { readFileSync } from "node:fs";
import type { RegistryData } from "./build-registry.ts";

/** An everyday edit of a registry, and the most that the committed output may change for it. */
export interface SeededEdit {
  readonly name: string;
  readonly edit: (registry: RegistryData) => void;
  /** Lines of k8s/ and overlays/ that come or go, those of the two header lines of a file not counted. */
  readonly maxLines: number;
  readonly maxFiles: number;
}

/** The platform that is edited: that of the root, with a cache, a worker and a front end. */
export function editedPlatform(): RegistryData {
  return JSON.parse(readFileSync("test/golden-diffs/services.json", "utf8")) as RegistryData;
}

export const EDITS: readonly SeededEdit[] = [
  {
    name: "image-bump",
    edit: ({ services }) => (services!["core"].image = "mage/core:1.1.0"),
    maxLines: 22,
    maxFiles: 8,
  },
  {
    name: "new-variable",
    edit: ({ services }) => (services!["core"].env.LOG_LEVEL = "debug"),
    maxLines: 26,
    maxFiles: 9,
  },
  {
    name: "variable-before-a-patched-one",
    edit: ({ services }) => (services!["web"].env.ANALYTICS = "off"),
    maxLines: 6,
    maxFiles: 2,
  },
  {
    name: "new-service",
    edit: ({ services }) => {
      services!["search"] = {
        description: "Finds passages.",
        namespace: "mage-services",
        image: "mage/search:1.0.0",
        build: { context: "services/search" },
        ports: { http: { containerPort: 8080 } },
        env: { PGHOST: "${services.db.host}" },
        dependsOn: { db: {} },
        routes: { search: { path: "/search", port: "http" } },
        probes: {
          readiness: { httpGet: { path: "/ready", port: "http" } },
          liveness: { tcpSocket: { port: "http" } },
        },
      };
    },
    maxLines: 654,
    maxFiles: 37,
  },
  {
    name: "second-port",
    edit: ({ services }) => {
      services!["ingest"].ports.metrics = { containerPort: 9090 };
      services!["ingest"].metrics = { port: "metrics" };
    },
    maxLines: 47,
    maxFiles: 6,
  },
  { name: "gpu-count", edit: ({ services }) => (services!["vllm"].gpu.count = 2), maxLines: 4, maxFiles: 1 },
  {
    name: "host",
    edit: ({ environments }) => (environments!["airgap"].ingress.host = "ask.mage.internal"),
    maxLines: 18,
    maxFiles: 4,
  },
  {
    name: "quota",
    edit: ({ namespaces }) => (namespaces!["mage-services"].resourceQuota["requests.nvidia.com/gpu"] = "8"),
    maxLines: 8,
    maxFiles: 4,
  },
  {
    name: "secret-key",
    edit: ({ services, secrets }) => {
      secrets!["model"] = { keys: { token: { description: "bearer token of the model server", generate: {} } } };
      services!["core"].files["/run/secrets/model/token"] = { secret: "model", key: "token" };
    },
    maxLines: 132,
    maxFiles: 17,
  },
  {
    name: "removed-service",
    edit: ({ services }) => {
      delete services!["cache"];
      delete services!["ingest"].dependsOn.cache;
      delete services!["ingest"].env.CACHE_URL;
    },
    maxLines: 527,
    maxFiles: 32,
  },
  {
    name: "new-environment",
    edit: ({ environments }) => {
      environments!["edge"] = {
        description: "A box at a customer's.",
        profile: "prod",
        registry: "ghcr",
        ingress: { controller: "nginx", namespace: "ingress-nginx", labels: { app: "nginx" }, host: "edge.example" },
      };
    },
    maxLines: 881,
    maxFiles: 35,
  },
  {
    name: "removed-environment",
    edit: ({ environments, services }) => {
      delete environments!["staging"];
      delete services!["web"].environments;
    },
    maxLines: 945,
    maxFiles: 36,
  },
  {
    name: "database-size",
    edit: ({ services }) => (services!["db"].volumes.data.size = "50Gi"),
    maxLines: 2,
    maxFiles: 1,
  },
  {
    name: "file-content",
    edit: ({ services }) =>
      (services!["web"].files["/etc/web/site.conf"].content = "title = Mage\napi = /api\ncache_seconds = 600\n"),
    maxLines: 4,
    maxFiles: 2,
  },
  {
    name: "other-namespace",
    edit: ({ environments }) => (environments!["staging"].namespaces = { "mage-data": "team-data" }),
    maxLines: 224,
    maxFiles: 24,
  },
  {
    name: "other-claim",
    edit: ({ services }) =>
      Object.assign(services!["cache"].volumes.data, { storageClassName: "bulk-hdd", size: "1Gi" }),
    maxLines: 8,
    maxFiles: 2,
  },
  {
    name: "new-default",
    edit: (registry) =>
      (registry["defaults"] = {
        terminationGracePeriodSeconds: 45,
        resources: { limits: { "ephemeral-storage": "1Gi" } },
      }),
    maxLines: 46,
    maxFiles: 14,
  },
  {
    name: "many-replicas",
    edit: ({ services }) => {
      services!["core"].replicas = 0;
      services!["web"].replicas = 5;
    },
    maxLines: 8,
    maxFiles: 3,
  },
];
