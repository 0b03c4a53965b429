import { Agent as PlainAgent, type RequestOptions, request as plainRequest } from "node:http";
import type { ClientRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Credentials } from "./kubeconfig.ts";

type ApiRequestOptions = Omit<RequestOptions, "headers" | "path"> & {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
};

/** Where requests go to: the API server itself, or the socket of a `kubectl proxy`. */
export interface Transport {
  /** Server, for people. */
  readonly server: string;
  /** Whether what answers may be a proxy of this machine that has not reached the server. */
  readonly isProxy: boolean;
  /** `path` from the root, with its query. */
  request(options: ApiRequestOptions): Promise<ClientRequest>;
  /** What a WebSocket client needs: its URL and the options of its handshake. */
  socket(path: string): Promise<{ readonly url: string; readonly options: object }>;
  close(): Promise<void>;
}

// The API server closes what is idle for 90 s; whoever closes first never meets a connection that is being closed.
const IDLE_MS = 60_000;

export function directTransport({ server, tls, authorization }: Credentials): Transport {
  const isTls = server.protocol === "https:";
  const options = { keepAlive: true, keepAliveMsecs: 10_000, timeout: IDLE_MS };
  const agent = isTls ? new TlsAgent({ ...options, ...tls }) : new PlainAgent(options);
  const host = server.hostname.replace(/^\[|\]$/g, "");
  const port = server.port === "" ? (isTls ? 443 : 80) : Number(server.port);
  const root = server.pathname.replace(/\/$/, "");
  return {
    server: server.origin,
    isProxy: false,
    async request({ path, headers, ...rest }) {
      const all = { ...rest, agent, host, port, path: root + path, headers: { ...headers, ...authorized() } };
      return isTls ? tlsRequest(all) : plainRequest(all);
    },
    async socket(path) {
      const url = `${isTls ? "wss" : "ws"}://${server.host}${root}${path}`;
      return { url, options: { agent, headers: authorized() } };
    },
    close: async () => agent.destroy(),
  };

  function authorized(): Record<string, string> {
    const value = authorization();
    return value === null ? {} : { authorization: value };
  }
}

/** Through a socket of this machine; `socketPath` is asked for each time, since what listens there may be started anew. */
export function socketTransport(
  server: string,
  socketPath: () => Promise<string>,
  stop: () => Promise<void>,
): Transport {
  const agent = new PlainAgent({ keepAlive: true, timeout: IDLE_MS });
  const headers = { host: "localhost" };
  return {
    server,
    isProxy: true,
    request: async (options) =>
      plainRequest({ ...options, agent, socketPath: await socketPath(), headers: { ...options.headers, ...headers } }),
    socket: async (path) => ({ url: `ws+unix://${await socketPath()}:${path}`, options: { headers } }),
    async close() {
      agent.destroy();
      await stop();
    },
  };
}
