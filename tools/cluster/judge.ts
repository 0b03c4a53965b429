/** What makes clusters whose nodes are containers. */
export type Distribution = "kind" | "k3d" | "minikube";

/** A node of a local cluster, or what publishes its API: a container of an engine on this machine. */
export interface NodeContainer {
  readonly name: string;
  readonly distribution: Distribution;
  /** The distribution's own name of the cluster. */
  readonly cluster: string;
  readonly isControlPlane: boolean;
  /** False for a load balancer before the control plane. */
  readonly isNode: boolean;
  readonly published: readonly { readonly address: string; readonly port: number }[];
  /** Its own, in the engine's networks. */
  readonly addresses: readonly string[];
}

/** What an engine says of itself. */
export interface EngineIdentity {
  /** Host name of the machine that it runs on. */
  readonly name: string;
  readonly operatingSystem: string;
  readonly version: string;
  readonly kernelVersion: string;
}

/** A node as the API names it. */
export interface ApiNode {
  readonly name: string;
  /** `docker://27.3.1`, `containerd://1.7.24` */
  readonly runtimeVersion: string;
  readonly kernelVersion: string;
  readonly machineId: string;
}

/** This machine. */
export interface Machine {
  readonly name: string;
  /** Empty where it has none. */
  readonly id: string;
}

/** What is known about the cluster behind a context. Names prove nothing, so none of them is used. */
export interface Evidence {
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  /** A proxy between here and the server: then its address says nothing about where it is. */
  readonly proxyUrl: string | null;
  readonly nodes: readonly NodeContainer[];
  /** Engines on this machine. */
  readonly engines: readonly EngineIdentity[];
  /** None where the API was not asked. */
  readonly apiNodes: readonly ApiNode[];
  readonly machine: Machine;
  readonly allowedContexts: readonly string[];
}

export type Verdict =
  | {
      readonly isLocal: true;
      readonly reason: string;
      readonly proof: "container" | "engine" | "machine" | "allowed";
      /** The cluster whose nodes are containers; null where they are none, or where nothing proves it. */
      readonly containers: { readonly distribution: Distribution; readonly cluster: string } | null;
    }
  | { readonly isLocal: false; readonly reason: string };

/**
 * Whether a cluster may be treated as this machine's own. Proven by a control plane that runs in a container here and
 * publishes the very port that the context talks to; by nodes that are an engine of this machine, or this machine itself; or
 * allowed by name in the registry. A context called `kind-prod` with a public server is none of these.
 */
export function judge(evidence: Evidence): Verdict {
  const container = controlPlane(evidence);
  if (container) {
    const { name, distribution, cluster } = container;
    const reason = `container ${name} of ${distribution} cluster ${cluster} publishes ${evidence.server}`;
    return { isLocal: true, reason, proof: "container", containers: { distribution, cluster } };
  }
  const machine = isLoopbackServer(evidence) ? ownMachine(evidence) : null;
  if (machine) return { isLocal: true, ...machine, containers: null };
  if (evidence.allowedContexts.includes(evidence.context)) {
    return { isLocal: true, reason: "the registry allows this context by name", proof: "allowed", containers: null };
  }
  return { isLocal: false, reason: whyNot(evidence) };
}

/** Whether a node's pods run in this very engine: what is built there is there. */
export function isSameEngine(node: ApiNode, engine: EngineIdentity): boolean {
  return (
    node.runtimeVersion === `docker://${engine.version}` &&
    node.name.toLowerCase() === engine.name.toLowerCase() &&
    node.kernelVersion === engine.kernelVersion
  );
}

export function isThisMachine(node: ApiNode, machine: Machine): boolean {
  return machine.id !== "" && node.machineId === machine.id && node.name.toLowerCase() === machine.name.toLowerCase();
}

/** Whether it is worth asking the API what its nodes are: not where it is elsewhere for sure. */
export function isLoopbackServer({ server, proxyUrl }: Pick<Evidence, "server" | "proxyUrl">): boolean {
  const address = addressOf(server);
  // Docker Desktop's own name for the loopback interface: https://docs.docker.com/desktop/features/networking/
  return (
    address !== null && proxyUrl === null && (isLoopback(address.host) || address.host === "kubernetes.docker.internal")
  );
}

function ownMachine({
  apiNodes,
  engines,
  machine,
}: Evidence): { readonly reason: string; readonly proof: "engine" | "machine" } | null {
  const [node] = apiNodes;
  if (!node) return null;
  const engine = engines.find((one) => apiNodes.every((each) => isSameEngine(each, one)));
  if (engine)
    return { reason: `its node ${node.name} is the engine ${engine.operatingSystem} itself`, proof: "engine" };
  if (apiNodes.length === 1 && isThisMachine(node, machine))
    return { reason: `its only node is this machine, ${machine.name}`, proof: "machine" };
  return null;
}

function controlPlane({ server, proxyUrl, nodes }: Evidence): NodeContainer | undefined {
  const address = addressOf(server);
  if (!address || proxyUrl !== null) return undefined;
  return nodes.find(
    ({ isControlPlane, published, addresses }) =>
      isControlPlane &&
      (addresses.includes(address.host) ||
        (isLoopback(address.host) &&
          published.some((one) => one.port === address.port && reaches(one.address, address.host)))),
  );
}

function whyNot({ server, proxyUrl, nodes }: Evidence): string {
  const address = addressOf(server);
  if (!address) return `its server "${server}" is no address`;
  if (!isLoopback(address.host)) return `its server ${server} is not on this machine`;
  if (proxyUrl !== null) return `its server is reached through the proxy ${proxyUrl}`;
  const found =
    nodes.length === 0 ? "none runs here" : `those that run here are ${nodes.map((node) => node.name).join(", ")}`;
  return `no control plane in a container of this machine publishes ${server} (${found})`;
}

function addressOf(server: string): { readonly host: string; readonly port: number } | null {
  if (!URL.canParse(server)) return null;
  const { hostname, port, protocol } = new URL(server);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  };
}

/** 0.0.0.0 and :: too: who connects there, connects to the own machine. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || isWildcard(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether what listens at `published` is what answers at `host`. */
function reaches(published: string, host: string): boolean {
  if (isWildcard(published) || isWildcard(host)) return true;
  return published === host || (host === "localhost" && (published === "127.0.0.1" || published === "::1"));
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::" || host === "";
}
