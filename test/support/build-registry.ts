import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** A registry that uses most of what there is, and in which nothing is wrong. Tests edit its text. */
export const REGISTRY = `{
  "$schema": "./services.schema.json",
  "name": "shop",
  "owner": "team-shop",
  "namespaces": {
    "front": { "labels": { "tier": "front" } },
    "back": { "resourceQuota": { "pods": "20" } },
    "later": { "placeholder": true }
  },
  "registries": {
    "harbor": { "host": "harbor.shop.internal", "mirror": true }
  },
  "secrets": {
    "database": { "keys": { "password": { "generate": { "length": 24 } } } }
  },
  "volumes": {
    "media": { "namespace": "front", "size": "1Gi" }
  },
  "defaults": { "labels": { "team": "shop" } },
  "environments": {
    "local": {
      "profile": "local",
      "mocks": "gpu",
      "ingress": { "controller": "nginx", "namespace": "ingress", "labels": { "app": "nginx" }, "host": "localhost" },
      "overrides": { "replicas": 1 }
    },
    "enclave": {
      "profile": "airgap",
      "registry": "harbor",
      "namespaces": { "back": "team-back" },
      "ingress": { "controller": "traefik", "namespace": "ingress", "labels": { "app": "traefik" }, "host": "shop.internal", "tls": { "secretName": "shop-tls" } },
      "exceptions": [{ "check": "IMAGE_DIGEST", "reason": "nothing has been released so far" }]
    }
  },
  "services": {
    "base": {
      "kind": "Image",
      "image": "shop/base:1.0",
      "build": { "context": "base" }
    },
    "db": {
      "kind": "StatefulSet",
      "namespace": "back",
      "image": "postgres:16",
      "ports": { "postgres": { "containerPort": 5432 } },
      "config": { "values": { "PGDATA": "/data/pg" } },
      "files": {
        "/init/start.sh": { "source": "config/start.sh", "mode": "0555" },
        "/run/secrets/password": { "secret": "database", "key": "password" }
      },
      "volumes": {
        "data": { "mountPath": "/data", "size": "5Gi", "storageClassName": "fast", "volumeClaimTemplate": true }
      },
      "probes": {
        "readiness": { "exec": { "command": ["pg_isready"] } },
        "liveness": { "tcpSocket": { "port": "postgres" } }
      }
    },
    "model": {
      "namespace": "back",
      "image": "vllm/vllm-openai:v0.11.0",
      "ports": { "http": { "containerPort": 8000 } },
      "gpu": { "count": 1, "shmSize": "128Mi" },
      "probes": {
        "readiness": { "httpGet": { "path": "/health", "port": "http" } },
        "liveness": { "tcpSocket": { "port": "http" } }
      },
      "mock": { "image": "shop/mock:1.0", "build": { "context": "mock" }, "env": { "MOCK": "yes" } }
    },
    "api": {
      "description": "Takes orders.",
      "namespace": "back",
      "image": "shop/api:1.0",
      "build": { "context": "api", "additionalContexts": { "base": "service:base" } },
      "replicas": 2,
      "ports": {
        "http": { "containerPort": 8080, "servicePort": 80 },
        "metrics": { "containerPort": 9090 }
      },
      "metrics": { "port": "metrics" },
      "env": {
        "DB_HOST": "\${services.db.host}",
        "DB_PORT": "\${services.db.port}",
        "MODEL_URL": "\${services.model.url}",
        "PASSWORD": { "secret": "database", "key": "password" },
        "PGDATA": { "config": "db", "key": "PGDATA" },
        "POD": { "field": "metadata.name" }
      },
      "dependsOn": { "db": { "ports": ["postgres"] }, "model": {} },
      "probes": {
        "readiness": { "httpGet": { "path": "/ready", "port": "http" } },
        "liveness": { "httpGet": { "path": "/live", "port": "http" } }
      },
      "jobs": { "migrate": { "command": ["migrate"] } },
      "routes": { "api": { "path": "/api", "port": "http", "stripPrefix": true } },
      "develop": { "portForward": { "http": 8080 } },
      "verify": { "ready": { "http": { "port": "http", "path": "/ready" } } },
      "resources": { "requests": { "cpu": "250m", "memory": "256Mi" }, "limits": { "cpu": "250m", "memory": "256Mi" } },
      "environments": {
        "enclave": { "replicas": 3 }
      }
    },
    "web": {
      "namespace": "front",
      "image": "shop/web:1.0",
      "build": { "context": "web" },
      "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1 } },
      "ports": { "http": { "containerPort": 3000 } },
      "volumes": {
        "media": { "mountPath": "/media", "volume": "media" },
        "cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }
      },
      "dependsOn": { "api": {} },
      "probes": {
        "readiness": { "httpGet": { "path": "/", "port": "http" } },
        "liveness": { "tcpSocket": { "port": "http" } }
      },
      "routes": { "home": { "path": "/", "port": "http" } },
      "podDisruptionBudget": { "minAvailable": 1 },
      "autoscaling": { "minReplicas": 2, "maxReplicas": 4, "targetCPUUtilizationPercentage": 70 }
    }
  }
}
`;

/** One place of the registry's text, as it stands there, and what comes instead. */
export type Edit = readonly [from: string, to: string];

/** Where the finding is expected: taken out of the text, and never part of a registry. */
export const HERE = "»";

/** The registry with a mistake in it, and the place of each `HERE` as `services.json:line:column`. */
export function mistaken(edits: readonly Edit[]): { readonly text: string; readonly wheres: readonly string[] } {
  const marked = edits.reduce(replaceOnce, REGISTRY);
  const parts = marked.split(HERE);
  const ends = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join(""));
  return { text: parts.join(""), wheres: ends.map(placeAfter) };
}

/** The registry as data with a change made to it. */
export function changedRegistry(change: (registry: RegistryData) => void = () => {}): RegistryData {
  const registry = JSON.parse(REGISTRY) as RegistryData;
  change(registry);
  return registry;
}

/** JSON that tests change at will. */
// oxlint-disable-next-line typescript/no-explicit-any
export type RegistryData = Record<string, Record<string, any>>;

/** Everything that reading a registry tells, from a folder of its own; `prepare` may put more into that folder. */
export function findingsIn(
  text: string,
  prepare: (folder: string) => Promise<void> = async () => {},
): Promise<readonly Finding[]> {
  return inTemporaryFolder(async (folder) => {
    await writeRegistry(folder, text);
    await prepare(folder);
    try {
      return (await readInputs(folder)).warnings;
    } catch (error) {
      if (error instanceof UserError) return error.findings;
      throw error;
    }
  });
}

/** The registry, the file that it names, and a manifest that it might name. */
export async function writeRegistry(folder: string, text: string = REGISTRY): Promise<void> {
  await writeFile(join(folder, "services.json"), text);
  for (const [path, content] of FILES) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

export const FILES: ReadonlyMap<string, string> = new Map([
  ["config/start.sh", "#!/bin/sh\nexec start\n"],
  ["config/ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: gadgets\n"],
]);

function replaceOnce(text: string, [from, to]: Edit): string {
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`the registry holds ${count} times: ${from}`);
  return text.replace(from, () => to);
}

function placeAfter(before: string): string {
  const lines = before.split("\n");
  return `services.json:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}
