import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import { type Forwards, portForwards } from "../../dev/cluster/port-forward.ts";
import type { PortForward } from "../../dev/core/target.ts";
import { type Pod, isReady } from "../../dev/sources/pod.ts";
import { watchPods } from "../../dev/sources/pods.ts";
import { watchRevisions } from "../../dev/sources/revisions.ts";
import { watchStarts } from "../../dev/sources/starts.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { freePort } from "../services/docker.ts";
import { deleteNamespaces, kubectl, loadThirdPartyImages, provenCluster } from "./cluster.ts";

const SERVER = `
  const http = require("http"), net = require("net");
  if (process.env.VERSION === "crash") process.exit(3);
  let open = 0;
  // A version that is held is Ready when somebody allows it.
  let isReady = !process.env.VERSION.startsWith("held");
  let next = () => {};
  const server = http.createServer((request, response) => {
    if (request.url === "/open") return response.end(String(open));
    if (request.url === "/ready") return response.writeHead(isReady ? 200 : 503).end();
    if (request.url === "/allow") return (isReady = true), response.end();
    if (request.url === "/next") return next(), response.end();
    if (request.url !== "/events") return response.end(JSON.stringify({ version: process.env.VERSION, pod: process.env.HOSTNAME, listeningAtMs }));
    let n = 0;
    next = () => (n += 1) > 4 ? response.end() : response.write("data: " + n + "\\n\\n");
    next();
  });
  server.on("upgrade", (request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nConnection: upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n");
    socket.on("error", () => {}).pipe(socket);
  });
  let listeningAtMs = 0;
  server.listen(8080, () => { listeningAtMs = Date.now(); });
  net.createServer((socket) => { open += 1; socket.on("error", () => {}).on("close", () => { open -= 1; }).pipe(socket); }).listen(9000);
  process.on("SIGTERM", () => process.exit(0));
`;

/** A service in a real cluster with two forwarded ports, in a namespace of its own; the API is reached through a proxy that can be cut. */
export class ForwardedPods {
  readonly #id = `fwd-${randomBytes(3).toString("hex")}`;
  readonly #abort = new AbortController();
  http = 0;
  echo = 0;
  #cluster: LockedCluster | null = null;
  #folder = "";
  #api: KubeApi | null = null;
  /** Around the proxy. */
  #direct: KubeApi | null = null;
  #proxy: ApiProxy | null = null;
  #forwards: Forwards | null = null;

  async open(): Promise<void> {
    const cluster = (this.#cluster = await provenCluster());
    loadThirdPartyImages(cluster, ["node:22-slim"]);
    kubectl(["create", "namespace", this.#id]);
    this.#folder = await mkdtemp(join(tmpdir(), `${this.#id}-`));
    this.#proxy = await apiProxy(new URL(cluster.server));
    const path = join(this.#folder, "config");
    const config = await readFile(cluster.kubeconfigPath, "utf8");
    await writeFile(path, config.replace(cluster.server, `https://127.0.0.1:${this.#proxy.port}`), { mode: 0o600 });
    const api = (this.#api = await connectApi({ ...cluster, kubeconfigPath: path }));
    this.#direct = await connectApi(cluster);
    const { signal } = this.#abort;
    const { pods } = watchPods(api, this.#id, signal);
    const { revisions } = watchRevisions(api, this.#id, signal);
    const { starts } = watchStarts(api, signal);
    this.#forwards = portForwards({
      api,
      pods,
      revisions,
      starts,
      exec: systemExec,
      dockerSocketPath: cluster.dockerSocketPath,
    });
    [this.http, this.echo] = [await freePort(), await freePort()];
    const forwards: PortForward[] = [
      { port: "http", containerPort: 8080, localPort: this.http },
      { port: "echo", containerPort: 9000, localPort: this.echo },
    ];
    await this.#forwards.bind([{ name: "web", namespace: this.#id, images: [], dependsOn: [], forwards, watch: [] }]);
  }

  async close(): Promise<void> {
    await this.#forwards?.close();
    this.#abort.abort();
    await Promise.all([this.#api?.close(), this.#direct?.close()]);
    this.#proxy?.close();
    await this.#cluster?.release();
    await rm(this.#folder, { recursive: true, force: true });
    deleteNamespaces([this.#id]);
  }

  async apply(kind: "Deployment" | "StatefulSet", version: string): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${this.#id}/${kind.toLowerCase()}s/web`;
    const { status, body } = await this.#outside.request("PATCH", path, {
      query: { fieldManager: "test", force: "true" },
      contentType: "application/apply-patch+yaml",
      body: this.#workload(kind, version),
    });
    assert.ok(status < 300, JSON.stringify(body));
  }

  remove(kind: "Deployment" | "StatefulSet"): void {
    kubectl(["delete", kind.toLowerCase(), "web", "--namespace", this.#id, "--wait=true"]);
  }

  /** Versions of the pods that are Ready and stay. */
  async readyVersions(): Promise<string> {
    return versionsOf((await this.#pods()).filter(isReady));
  }

  /** Versions of the pods whose program runs and that stay. */
  async runningVersions(): Promise<string> {
    const pods = (await this.#pods()).filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && status?.containerStatuses?.[0]?.state?.running !== undefined,
    );
    return versionsOf(pods);
  }

  pods(): string {
    return kubectl(["get", "pods", "--namespace", this.#id]);
  }

  /** Connections to the echo port that its pod has. */
  async openInPod(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.http}/open`);
    return answer.text();
  }

  /** Resolves with what ends it. */
  async cutApi(how: "silent" | "gone"): Promise<() => void> {
    assert.ok(this.#proxy);
    return this.#proxy.cut(how);
  }

  async #pods(): Promise<readonly (Pod & VersionedPod)[]> {
    const { body } = await this.#outside.request("GET", `/api/v1/namespaces/${this.#id}/pods`);
    return (body as { readonly items: readonly (Pod & VersionedPod)[] }).items;
  }

  get #outside(): KubeApi {
    return this.#direct ?? assert.fail("not open");
  }

  #workload(kind: string, version: string): object {
    const labels = {
      "app.kubernetes.io/name": "web",
      "app.kubernetes.io/instance": "web",
      "app.kubernetes.io/part-of": this.#id,
      "app.kubernetes.io/managed-by": "slipway",
    };
    const container = {
      name: "web",
      image: "node:22-slim",
      imagePullPolicy: "IfNotPresent",
      command: ["node", "-e", SERVER],
      env: [{ name: "VERSION", value: version }],
      readinessProbe: { httpGet: { path: "/ready", port: 8080 }, periodSeconds: 1, timeoutSeconds: 5 },
    };
    return {
      apiVersion: "apps/v1",
      kind,
      metadata: { name: "web", namespace: this.#id, labels },
      spec: {
        replicas: 1,
        ...(kind === "StatefulSet" && { serviceName: "web", podManagementPolicy: "Parallel" }),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    };
  }
}

interface VersionedPod {
  readonly spec: { readonly containers: readonly { readonly env: readonly { readonly value: string }[] }[] };
}

function versionsOf(pods: readonly VersionedPod[]): string {
  return pods.map(({ spec }) => spec.containers[0]?.env[0]?.value).join(" ");
}

interface ApiProxy {
  readonly port: number;
  readonly cut: (how: "silent" | "gone") => Promise<() => void>;
  readonly close: () => void;
}

/** A TCP proxy: silent, it passes nothing on, as a paused container; gone, it refuses and breaks all connections. */
async function apiProxy(server: URL): Promise<ApiProxy> {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const proxy = createServer((client) => {
    const upstream = connect({ port: Number(server.port), host: "127.0.0.1" });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on("error", () => one.destroy()).on("close", () => (sockets.delete(one), other.destroy()));
      one.pipe(other);
      if (isSilent) one.pause();
    }
  });
  const listen = (port: number): Promise<Server> =>
    new Promise((resolve) => proxy.listen(port, "127.0.0.1", () => resolve(proxy)));
  await listen(0);
  const { port } = proxy.address() as AddressInfo;
  const breakAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port,
    async cut(how) {
      isSilent = how === "silent";
      if (isSilent) {
        sockets.forEach((socket) => socket.pause());
        return () => {
          isSilent = false;
          sockets.forEach((socket) => socket.resume());
        };
      }
      proxy.close();
      breakAll();
      return () => void listen(port);
    },
    close: () => {
      proxy.close();
      breakAll();
    },
  };
}
