import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { issueCertificates } from "./authority.ts";
import { giveWhatIsNeeded, kubectlOf } from "./given.ts";
import type { Size } from "./machine.ts";
import type { Needs } from "./needs.ts";
import { createNode } from "./node.ts";
import { MADE_HERE } from "./images.ts";
import { type PrivateRegistry, startRegistry } from "./registry.ts";
import { run } from "../run.ts";

// A network of its own in the Docker engine, and in it a registry and a cluster of one node.

const NAME = "slipway-airgap";
const REGISTRY = `${NAME}-registry`;

export interface EnclaveOptions {
  readonly needs: Needs;
  readonly size: Size;
  readonly registryHost: string;
  /** Host of the routes. */
  readonly host: string;
}

/** A server in the enclave's network that is none of the cluster's. */
export interface Outsider {
  readonly name: string;
  readonly address: string;
  readonly image: string;
}

export interface Enclave {
  readonly registry: PrivateRegistry;
  readonly kubeconfig: string;
  readonly kubectl: ReturnType<typeof kubectlOf>;
  /** The container that is the node. */
  readonly node: string;
  /** Where the way in is had on this machine. */
  readonly port: number;
  /** Addresses in the enclave's network. */
  readonly neighbours: { readonly machine: string; readonly registry: string };
  readonly certificates: string;
  readonly ca: Buffer;
}

/** Makes all of it. `fill` puts images into the registry while the node comes up. */
export async function openEnclave(
  folder: string,
  { needs, size, registryHost, host }: EnclaveOptions,
  fill: (registry: PrivateRegistry) => Promise<void>,
): Promise<Enclave> {
  const certificates = join(folder, "certificates");
  mkdirSync(certificates);
  await issueCertificates(certificates, [registryHost, host]);
  await run("docker", ["network", "create", "--subnet", needs.nodesCidr, NAME]);
  const registry = await startRegistry(REGISTRY, NAME, registryHost, certificates);
  const { labels, nodePort } = needs;
  const shape = { cluster: NAME, network: NAME, registryHost, certificates, size, labels, nodePort };
  const [kubeconfig] = await Promise.all([createNode(folder, shape), fill(registry)]);
  const kubectl = kubectlOf(kubeconfig);
  const node = (await kubectl(["get", "nodes", "-o", "name"])).replace("node/", "");
  await giveWhatIsNeeded(kubectl, node, needs);
  return {
    registry,
    kubeconfig,
    kubectl,
    node,
    port: Number((await run("docker", ["port", node, `${nodePort}/tcp`])).split(":").at(-1)),
    neighbours: { machine: await ofRegistry("Gateway"), registry: await ofRegistry("IPAddress") },
    certificates,
    ca: readFileSync(join(certificates, "ca.crt")),
  };
}

/** At an address of its own, until the enclave is closed. */
export async function settle({ name, address, image }: Outsider): Promise<void> {
  const named = ["--name", `${NAME}-${name}`, "--network", NAME, "--ip", address];
  await run("docker", ["run", "--detach", ...named, "--label", MADE_HERE, image]);
}

/** Nothing of it is left, whatever there was of it. */
export async function closeEnclave(): Promise<void> {
  await run("kind", ["delete", "cluster", "--name", NAME, "--kubeconfig", "/dev/null"]);
  const containers = await run("docker", ["ps", "--all", "--quiet", "--filter", `label=${MADE_HERE}`]);
  await run("docker", ["rm", "--force", "--volumes", REGISTRY, ...containers.split("\n").filter(Boolean)]);
  const images = await run("docker", ["images", "--quiet", "--filter", `label=${MADE_HERE}`]);
  if (images !== "") await run("docker", ["rmi", "--force", ...new Set(images.split("\n"))]);
  const networks = await run("docker", ["network", "ls", "--quiet", "--filter", `name=^${NAME}$`]);
  if (networks !== "") await run("docker", ["network", "rm", NAME]);
}

/** A field of its place in the network. */
function ofRegistry(field: string): Promise<string> {
  return run("docker", ["inspect", REGISTRY, "--format", `{{(index .NetworkSettings.Networks "${NAME}").${field}}}`]);
}
