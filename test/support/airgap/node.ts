import { mkdirSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { type Mount, type Size, madeUpMachine } from "./machine.ts";
import { run } from "../run.ts";

/** A kind cluster of one node, with a kubeconfig of its own: the user's current context stays what it is. */
export interface NodeOptions {
  readonly cluster: string;
  /** Docker's. */
  readonly network: string;
  readonly registryHost: string;
  readonly certificates: string;
  readonly size: Size;
  readonly labels: Readonly<Record<string, string>>;
  readonly nodePort: number;
}

/** Creates it, and says where its kubeconfig is. */
export async function createNode(folder: string, options: NodeOptions): Promise<string> {
  const { cluster, network, size, labels, nodePort } = options;
  const node = {
    role: "control-plane",
    labels,
    extraMounts: [await trustedRegistry(folder, options), ...madeUpMachine(folder, size)],
    // 0: any free one
    extraPortMappings: [{ containerPort: nodePort, hostPort: 0, listenAddress: "127.0.0.1" }],
  };
  const [config, kubeconfig] = [join(folder, "kind.yaml"), join(folder, "kubeconfig")];
  writeFileSync(config, JSON.stringify({ kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4", nodes: [node] }));
  const image = await nodeImage();
  const named = ["--name", cluster, ...(image === null ? [] : ["--image", image])];
  const files = ["--config", config, "--kubeconfig", kubeconfig, "--wait", "180s"];
  await run("kind", ["create", "cluster", ...named, ...files], { env: { KIND_EXPERIMENTAL_DOCKER_NETWORK: network } });
  return kubeconfig;
}

/** How containerd is told of a registry's CA: https://github.com/containerd/containerd/blob/main/docs/hosts.md */
async function trustedRegistry(folder: string, { registryHost, certificates }: NodeOptions): Promise<Mount> {
  const [hostPath, containerPath] = [join(folder, "registry"), `/etc/containerd/certs.d/${registryHost}`];
  mkdirSync(hostPath);
  await copyFile(join(certificates, "ca.crt"), join(hostPath, "ca.crt"));
  const lines = [
    `server = "https://${registryHost}"`,
    `[host."https://${registryHost}"]`,
    'capabilities = ["pull", "resolve"]',
    `ca = "${containerPath}/ca.crt"`,
  ];
  writeFileSync(join(hostPath, "hosts.toml"), `${lines.join("\n")}\n`);
  return { hostPath, containerPath, readOnly: true };
}

/** One that the engine has; null is kind's own choice. */
async function nodeImage(): Promise<string | null> {
  const names = await run("docker", ["images", "kindest/node", "--format", "{{.Repository}}:{{.Tag}}"]);
  return names.split("\n").find((name) => name !== "" && !name.endsWith("<none>")) ?? null;
}
