import type { Subject } from "./check.ts";

// Hosts that programs ask without being told: named even where no scheme stands before them.
const PUBLIC_HOSTS =
  /(?<![\w./-])((?:[\w-]+\.)*(?:docker\.io|docker\.com|ghcr\.io|quay\.io|gcr\.io|registry\.k8s\.io|nvcr\.io|mcr\.microsoft\.com|public\.ecr\.aws|huggingface\.co|hf\.co|pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|crates\.io|proxy\.golang\.org|rubygems\.org|repo\.maven\.apache\.org|download\.pytorch\.org|debian\.org|ubuntu\.com|ppa\.launchpad\.net|alpinelinux\.org|github\.com|githubusercontent\.com|gitlab\.com|openai\.com|anthropic\.com|amazonaws\.com|googleapis\.com|azure\.com|letsencrypt\.org|gravatar\.com|sentry\.io|ollama\.(?:ai|com)|hashicorp\.com))(?![\w-])/gi;
const URL_HOST = /[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"']*@)?(\[[0-9a-f:.]+\]|[^\s/:?#"'`<>,;()[\]{}|\\]+)/gi;
const OWN_SUFFIXES = ["svc", "cluster.local"];
// Never public. https://www.iana.org/assignments/special-use-domain-names
const PRIVATE_SUFFIXES = ["internal", "local", "localhost", "lan", "home.arpa", "test"];
const PRIVATE_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

/** Which hosts and networks an environment may name. Cluster DNS always; what else, its `closedWorld` says. */
export interface ClosedWorld {
  allowsHost(host: string): boolean;
  allowsNetwork(cidr: string): boolean;
}

/** Without `closedWorld`: the environment's own registry and ingress host, and what can never be public. */
export function closedWorldOf({ model }: Subject): ClosedWorld {
  const declared = model.settings?.closedWorld;
  const registry = model.registryHost?.split("/")[0]?.split(":")[0];
  const domains = [
    ...OWN_SUFFIXES,
    "localhost",
    ...(registry === undefined ? [] : [registry]),
    ...(declared?.domains ?? [...PRIVATE_SUFFIXES, ...(model.ingress?.host === undefined ? [] : [model.ingress.host])]),
  ];
  const networks = ["127.0.0.0/8", "0.0.0.0/32", ...(declared?.cidrs ?? PRIVATE_NETWORKS)];
  const allowsNetwork = (cidr: string): boolean => networks.some((network) => contains(network, cidr));
  return {
    allowsNetwork,
    allowsHost: (written) => {
      const host = written.replace(/^\[|\]$/g, "").toLowerCase();
      if (host.includes(":")) return /^(::1?$|f[cd])/.test(host);
      if (/^\d+(\.\d+){3}$/.test(host)) return allowsNetwork(`${host}/32`);
      if (!host.includes(".")) return true;
      return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
    },
  };
}

/** The hosts that a text names: those of its URLs, and well-known public ones. What holds a variable is not known. */
export function hostsIn(text: string): string[] {
  const urls = [...text.matchAll(URL_HOST)].map(([, host = ""]) => host);
  const bare = [...text.matchAll(PUBLIC_HOSTS)].map(([, host = ""]) => host);
  return [...new Set([...urls, ...bare])].filter((host) => !/[$%*{}]/.test(host) && /[a-z0-9]/i.test(host));
}

/** Whether an IPv4 network holds another one. Networks of version 6: unique local ones only. */
function contains(network: string, inner: string): boolean {
  const [outerAddress = "", outerBits = "32"] = network.split("/");
  const [address = "", bits = "32"] = inner.split("/");
  if (address.includes(":")) return /^f[cd]/i.test(address);
  const shift = 2 ** (32 - Number(outerBits));
  return (
    Number(bits) >= Number(outerBits) &&
    Math.floor(numberOf(address) / shift) === Math.floor(numberOf(outerAddress) / shift)
  );
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
