import { readFileSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import type { EngineIdentity, NodeContainer } from "./judge.ts";
import { NODE_LABELS, nodeContainer } from "./node-container.ts";

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
  /** Path of a socket, or `tcp://HOST:PORT`. */
  readonly socketPath: string;
  readonly nodes: readonly NodeContainer[];
  /** Null where it does not say. */
  readonly identity: EngineIdentity | null;
}

/**
 * The engines that answer, with the nodes of local clusters that run in them. `dockerHost` as in DOCKER_HOST: a TCP address
 * (minikube's docker-env) may lead anywhere, so its containers prove nothing and are not looked at.
 */
export async function localEngines(dockerHost?: string): Promise<LocalEngine[]> {
  const named = dockerHost?.startsWith("unix://") ? [dockerHost.slice("unix://".length)] : [];
  const remote = dockerHost?.startsWith("tcp://") ? [dockerHost] : [];
  const addresses = [...new Set([...remote, ...named, ...knownSockets()])];
  const engines = await Promise.all(addresses.map((address) => engineAt(address)));
  return engines.flatMap((engine) => engine ?? []);
}

/** Name of the running container that publishes a port of this machine; null where none does, or the engine does not answer. */
export async function publisherOf(socketPath: string, port: number): Promise<string | null> {
  const filters = encodeURIComponent(JSON.stringify({ publish: [String(port)], status: ["running"] }));
  const answer = await get(socketPath, `/containers/json?filters=${filters}`).catch(() => null);
  const [found] = Array.isArray(answer) ? (answer as { readonly Names?: readonly string[] }[]) : [];
  return found?.Names?.[0]?.replace(/^\//, "") ?? null;
}

async function engineAt(address: string): Promise<LocalEngine | null> {
  const isSocket = !address.startsWith("tcp://");
  const [info, ...listed] = await Promise.all([
    get(address, "/info").catch(() => null),
    ...NODE_LABELS.map((label) => (isSocket ? containers(address, label).catch(() => null) : [])),
  ]);
  if (listed.includes(null) || (!isSocket && info === null)) return null;
  return {
    socketPath: address,
    nodes: listed.flatMap((containersOf) => containersOf ?? []).flatMap((container) => nodeContainer(container) ?? []),
    identity: info === null ? null : identityOf(info as Info),
  };
}

async function containers(socketPath: string, label: string): Promise<readonly object[] | null> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label], status: ["running"] }));
  const answer = await get(socketPath, `/containers/json?filters=${filters}`);
  return Array.isArray(answer) ? (answer as object[]) : null;
}

interface Info {
  readonly Name?: string;
  readonly OperatingSystem?: string;
  readonly ServerVersion?: string;
  readonly KernelVersion?: string;
}

function identityOf({ Name = "", OperatingSystem = "", ServerVersion = "", KernelVersion = "" }: Info): EngineIdentity {
  return { name: Name, operatingSystem: OperatingSystem, version: ServerVersion, kernelVersion: KernelVersion };
}

export type EngineOptions =
  | { readonly socketPath: string }
  | {
      readonly protocol: "http" | "https";
      readonly host: string;
      readonly port: number;
      readonly ca?: Buffer;
      readonly cert?: Buffer;
      readonly key?: Buffer;
    };

/** How an engine is connected to, for `node:http` and for dockerode. `certPath` as in DOCKER_CERT_PATH. */
export function engineOptions(address: string, certPath = process.env["DOCKER_CERT_PATH"]): EngineOptions {
  if (!address.startsWith("tcp://")) return { socketPath: address };
  const { hostname, port } = new URL(address);
  const to = { host: hostname, port: Number(port === "" ? 2375 : port) };
  if (certPath === undefined || certPath === "") return { protocol: "http", ...to };
  const file = (name: string): Buffer => readFileSync(join(certPath, name));
  return { protocol: "https", ...to, ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}

/** Plain HTTP: ten milliseconds, where loading an engine client takes a hundred. */
async function get(address: string, path: string): Promise<unknown> {
  const { protocol = "http", ...options } = engineOptions(address) as { readonly protocol?: "http" | "https" };
  const send = protocol === "https" ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const asked = send({ ...options, path, timeout: 3000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")));
        else reject(new Error(`the engine answers ${response.statusCode}`));
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("the engine does not answer")));
    asked.on("error", reject).end();
  });
}
