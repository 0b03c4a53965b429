import { request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import type { NodeContainer } from "./judge.ts";

/** Where the engines of this machine listen: Docker, Docker Desktop, Colima, Rancher Desktop, OrbStack. */
function knownSockets(): string[] {
  const inHome = [
    ".docker/run/docker.sock",
    ".colima/default/docker.sock",
    ".rd/docker.sock",
    ".orbstack/run/docker.sock",
  ];
  return ["/var/run/docker.sock", ...inHome.map((path) => join(homedir(), path))];
}

export interface LocalEngine {
  readonly socketPath: string;
  readonly nodes: readonly NodeContainer[];
}

/**
 * The engines of this machine that answer, with the nodes of kind clusters that run in them. Sockets of this machine only:
 * an engine elsewhere proves nothing about a loopback address here. `dockerHost` as in DOCKER_HOST.
 */
export async function localEngines(dockerHost?: string): Promise<LocalEngine[]> {
  const named = dockerHost?.startsWith("unix://") ? [dockerHost.slice("unix://".length)] : [];
  const sockets = [...new Set([...named, ...knownSockets()])];
  const engines = await Promise.all(sockets.map((socketPath) => engineAt(socketPath)));
  return engines.flatMap((engine) => engine ?? []);
}

/** Name of the running container that publishes a port of this machine; null where none does, or the engine does not answer. */
export async function publisherOf(socketPath: string, port: number): Promise<string | null> {
  const filters = encodeURIComponent(JSON.stringify({ publish: [String(port)], status: ["running"] }));
  const answer = await get(socketPath, `/containers/json?filters=${filters}`).catch(() => null);
  return Array.isArray(answer) && answer.length > 0 ? nodeContainer(answer[0]).name : null;
}

async function engineAt(socketPath: string): Promise<LocalEngine | null> {
  const filters = encodeURIComponent(JSON.stringify({ label: ["io.x-k8s.kind.role"], status: ["running"] }));
  const answer = await get(socketPath, `/containers/json?filters=${filters}`).catch(() => null);
  return Array.isArray(answer) ? { socketPath, nodes: answer.map(nodeContainer) } : null;
}

/** Plain HTTP: ten milliseconds, where loading an engine client takes a hundred. */
function get(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: 3000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    });
    asked.on("timeout", () => asked.destroy(new Error("the engine does not answer")));
    asked.on("error", reject).end();
  });
}

interface ListedContainer {
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Ports?: readonly { readonly IP?: string; readonly PublicPort?: number }[];
}

function nodeContainer(listed: ListedContainer): NodeContainer {
  const published = (listed.Ports ?? []).flatMap(({ IP, PublicPort }) =>
    PublicPort === undefined ? [] : [{ address: IP ?? "0.0.0.0", port: PublicPort }],
  );
  return {
    name: (listed.Names?.[0] ?? "").replace(/^\//, ""),
    cluster: listed.Labels?.["io.x-k8s.kind.cluster"] ?? "",
    isControlPlane: listed.Labels?.["io.x-k8s.kind.role"] === "control-plane",
    published,
  };
}
