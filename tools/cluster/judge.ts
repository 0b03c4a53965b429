/** A node of a kind cluster: a container of an engine on this machine. */
export interface NodeContainer {
  readonly name: string;
  /** kind's own name of the cluster, from the label `io.x-k8s.kind.cluster`. */
  readonly cluster: string;
  readonly isControlPlane: boolean;
  readonly published: readonly { readonly address: string; readonly port: number }[];
}

/** What is known about the cluster behind a context. Names prove nothing, so none of them is used. */
export interface Evidence {
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  /** A proxy between here and the server: then its address says nothing about where it is. */
  readonly proxyUrl: string | null;
  readonly nodes: readonly NodeContainer[];
  readonly allowedContexts: readonly string[];
}

export type Verdict =
  | {
      readonly isLocal: true;
      readonly reason: string;
      readonly proof: "container" | "allowed";
      readonly kindCluster: string | null;
    }
  | { readonly isLocal: false; readonly reason: string };

/**
 * Whether a cluster may be treated as this machine's own. Proven by a control plane that runs in a container here and
 * publishes the very port that the context talks to; or allowed by name in the registry. A context called `kind-prod`
 * with a public server is neither.
 */
export function judge(evidence: Evidence): Verdict {
  const container = controlPlane(evidence);
  if (container) {
    const reason = `container ${container.name} of kind cluster ${container.cluster} publishes ${evidence.server}`;
    return { isLocal: true, reason, proof: "container", kindCluster: container.cluster };
  }
  if (evidence.allowedContexts.includes(evidence.context)) {
    return { isLocal: true, reason: "the registry allows this context by name", proof: "allowed", kindCluster: null };
  }
  return { isLocal: false, reason: whyNot(evidence) };
}

function controlPlane({ server, proxyUrl, nodes }: Evidence): NodeContainer | undefined {
  const address = addressOf(server);
  if (!address || !isLoopback(address.host) || proxyUrl !== null) return undefined;
  return nodes.find(
    (node) =>
      node.isControlPlane &&
      node.published.some((published) => published.port === address.port && reaches(published.address, address.host)),
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
