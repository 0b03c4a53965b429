import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../tools/registry/schema.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { parseYamlStream } from "../support/yaml.ts";

/** What an overlay refers to and its cluster brings: Secrets, and the pods of DNS, the ingress controller and monitoring. */
export function givenByCluster(overlay: string, environment: Environment | undefined): KubeObject[] {
  const file = join(overlay, "secrets.example.yaml");
  const secrets = existsSync(file) ? (parseYamlStream(readFileSync(file, "utf8")) as KubeObject[]) : [];
  const dns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
  const peers = [dns, environment?.ingress, environment?.monitoring].filter((peer) => peer !== undefined);
  return [...secrets, ...peers.map(({ namespace, labels }, i) => pod(`given-${i}`, namespace, labels))];
}

function pod(name: string, namespace: string, labels: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels }, spec: { containers: [] } };
}
