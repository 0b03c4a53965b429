import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { userError } from "../../../tools/lib/errors.ts";

/** What a frozen kubeconfig says: one cluster, one user. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly clusters?: readonly { readonly cluster: ClusterEntry }[] | null;
  readonly users?: readonly { readonly user: UserEntry }[] | null;
}

interface ClusterEntry {
  readonly server?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly "proxy-url"?: string;
}

type UserEntry = Readonly<Record<string, unknown>> & {
  readonly "client-certificate-data"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
};

/** How to speak to the API server without help. */
export interface Credentials {
  readonly server: URL;
  readonly tls: {
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized: boolean;
  };
  /** Value of the Authorization header; asked for at each request, as tokens are renewed. */
  readonly authorization: () => string | null;
}

/** Keys of a user that are understood here; anything else (exec, auth-provider, as, username …) is left to kubectl. */
const OWN_KEYS: readonly string[] = ["client-certificate-data", "client-key-data", "token", "tokenFile"];
/** kubectl reads a token's file again about as often. */
const TOKEN_AGE_MS = 10_000;

/** Null: only kubectl can speak to this server, through its proxy. */
export function credentialsOf(path: string, text: string): Credentials | null {
  const config = JSON.parse(text) as Kubeconfig;
  const cluster = config.clusters?.[0]?.cluster ?? {};
  const user = config.users?.[0]?.user ?? {};
  if (cluster["proxy-url"] !== undefined || Object.keys(user).some((key) => !OWN_KEYS.includes(key))) return null;
  if (!cluster.server || !URL.canParse(cluster.server)) throw noServer(path);
  return { server: new URL(cluster.server), tls: tlsOf(cluster, user), authorization: bearer(path, user) };
}

function tlsOf(cluster: ClusterEntry, user: UserEntry): Credentials["tls"] {
  const ca = decoded(cluster["certificate-authority-data"]);
  const [cert, key] = [decoded(user["client-certificate-data"]), decoded(user["client-key-data"])];
  const servername = cluster["tls-server-name"];
  return {
    rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(servername !== undefined && { servername }),
  };
}

function decoded(data: string | undefined): Buffer | undefined {
  return data === undefined ? undefined : Buffer.from(data, "base64");
}

/** A token's file wins over the token, as in client-go. */
function bearer(path: string, { token, tokenFile }: UserEntry): () => string | null {
  if (tokenFile === undefined) return () => (token ? `Bearer ${token}` : null);
  const file = resolve(dirname(path), tokenFile);
  let read = { atMs: -Infinity, value: "" };
  return () => {
    if (performance.now() - read.atMs > TOKEN_AGE_MS)
      read = { atMs: performance.now(), value: readFileSync(file, "utf8").trim() };
    return `Bearer ${read.value}`;
  };
}

function noServer(path: string): Error {
  return userError("CONTEXT_UNKNOWN", path, "the kubeconfig names no server", "kubectl config get-contexts");
}
