import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LockedCluster, lockCluster } from "../../tools/cluster/context-lock.ts";
import { type Exec, systemExec } from "../../tools/lib/exec.ts";

/** An API server that answers as a test wants it to, and remembers what it was asked. */
export interface FakeApi {
  readonly url: string;
  /** `GET /api/v1/pods?watch=1 …`, in the order in which they came. */
  readonly requests: string[];
  /** Ends every connection and listens no more. */
  readonly stop: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly start: () => Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

export async function fakeApi(handler: Handler): Promise<FakeApi> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let port = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response, new URL(request.url ?? "/", "http://fake"));
  });
  server.on("connection", (socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
  const start = (): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await start();
  port = (server.address() as AddressInfo).port;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${port}`, requests, stop, start };
}

export function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

interface FakeKubeconfig {
  readonly path: string;
  readonly exec: Exec;
  readonly switchTo: (context: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A kubeconfig whose contexts are called as their servers here, in a file of its own; the first one is current. */
export async function kubeconfigOf(
  servers: Readonly<Record<string, string>>,
  user: object = {},
): Promise<FakeKubeconfig> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-fake-api-"));
  const path = join(folder, "config");
  const names = Object.keys(servers);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": names[0],
    clusters: names.map((name) => ({ name, cluster: { server: servers[name] } })),
    users: [{ name: "me", user }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: "me" } })),
  };
  /** As `kubectl config use-context` does it. */
  const switchTo = (context: string): Promise<void> =>
    writeFile(path, JSON.stringify({ ...config, "current-context": context }));
  await writeFile(path, JSON.stringify(config));
  const env = { KUBECONFIG: path };
  const exec: Exec = {
    run: (program, args, options) => systemExec.run(program, args, { ...options, env: { ...env, ...options?.env } }),
    start: (program, args, onLine, options) =>
      systemExec.start(program, args, onLine, { ...options, env: { ...env, ...options?.env } }),
  };
  return { path, exec, switchTo, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Locked as a session locks it: the current context, allowed by name. */
export async function lockedTo(url: string): Promise<LockedCluster> {
  const { exec, remove } = await kubeconfigOf({ fake: url });
  const cluster = await lockCluster({ exec, root: ".", allowedContexts: ["fake"] });
  await remove();
  return cluster;
}
