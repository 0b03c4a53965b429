import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { layout } from "../../tools/layout/layout.ts";
import {
  deleteNamespaces,
  kubectl,
  loadThirdPartyImages,
  nodeAddress,
  provenCluster,
  skipWithoutCluster,
  slipway,
  waitUntilReady,
} from "../support/cluster.ts";
import { inputsOf } from "../support/inputs.ts";
import { inTemporaryFolder, writeTree } from "../support/temporary.ts";

// Routes behind a real Traefik, in both of its forms, and a way out to an address: what is declared works, what is not does not.

const NAMESPACE = "slipway-routes";
const HOST = "routes.example";
// Below those that the kernel gives to clients.
const [DECLARED, UNDECLARED] = [29_301, 29_302];
const run = promisify(execFile);

describe("routes and edges on a real cluster", { skip: skipWithoutCluster() }, () => {
  let cluster: LockedCluster;

  before(async () => {
    cluster = await provenCluster();
    deleteNamespaces([NAMESPACE]);
    loadThirdPartyImages(cluster, ["busybox:1.36"]);
  });
  after(async () => {
    deleteNamespaces([NAMESPACE]);
    await cluster.release();
  });

  test("an Ingress and its middlewares; and a way out to an address, at the declared port alone", () =>
    withOverlay("ingress", async () => {
      await proveRoutes(false);
      await proveWayOut();
    }));

  test("an IngressRoute and its middlewares, with TLS", () => withOverlay("crd", () => proveRoutes(true)));
});

async function proveRoutes(isTls: boolean): Promise<void> {
  await until(async () => (await ask(isTls, "/api/ready")).status === 200);
  const environment = isTls ? "crd" : "ingress";
  assert.equal((await ask(isTls, "/api/ready")).body, "ready\n", "the prefix is stripped");
  assert.equal((await ask(isTls, "/api/exact")).body, "exact\n", "an exact path goes before a prefix");
  const page = await ask(isTls, "/api/ready", { headers: { origin: "https://a.preview.example.com" } });
  assert.equal(page.headers["access-control-allow-origin"], "https://a.preview.example.com");
  const foreign = await ask(isTls, "/api/ready", { headers: { origin: "https://evil.example" } });
  assert.equal(foreign.headers["access-control-allow-origin"], undefined);
  const large = await ask(isTls, "/api/ready", { method: "POST", body: "x".repeat(2048) });
  assert.equal(large.status, 413, "what is larger than the limit is refused");
  const many = await Promise.all(Array.from({ length: 12 }, () => ask(isTls, "/limited/ready")));
  assert.deepEqual(new Set(many.map(({ status }) => status)), new Set([200, 429]));
  if (isTls) assert.equal((await ask(isTls, "/apiary")).status, 404, "a prefix ends at a slash");
  await proveVerify(environment);
}

/** This machine is what runs elsewhere: of its two open ports one is declared. */
async function proveWayOut(): Promise<void> {
  const servers = [DECLARED, UNDECLARED].map((port) => createServer((socket) => socket.end()).listen(port, "0.0.0.0"));
  const pod = kubectl(["get", "pods", "-n", NAMESPACE, "-l", "app.kubernetes.io/name=web", "-o", "name"]).trim();
  // Never synchronously: the servers are part of this process.
  const opens = async (host: string, port: number): Promise<boolean> =>
    run("kubectl", ["exec", "-n", NAMESPACE, pod, "--", "nc", "-z", "-w", "2", host, String(port)]).then(
      () => true,
      () => false,
    );
  try {
    const found = [await opens("machine", 80), await opens(machine(), DECLARED), await opens(machine(), UNDECLARED)];
    assert.deepEqual(found, [true, true, false]);
  } finally {
    servers.forEach((server) => server.close());
  }
}

/** Address of this machine as the nodes see it. */
function machine(): string {
  const format = "{{range .IPAM.Config}}{{.Gateway}}\n{{end}}";
  const gateways = execFileSync("docker", ["network", "inspect", "kind", "-f", format], { encoding: "utf8" });
  return gateways.split("\n").find((line) => /^[0-9.]+$/.test(line)) ?? "";
}

/** The registry's own check asks the same way, and says what is wrong where something is. */
async function proveVerify(environment: string): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    writeTree(folder, new Map([["services.json", JSON.stringify(registry())]]));
    const { exitCode, text } = slipway(["verify", environment, "--root", folder]);
    assert.equal(exitCode, 1, text);
    assert.match(text, /ok\s+web\s+ready/);
    assert.match(text, /failed\s+web\s+wrong/);
    assert.match(text, /routes\.example\/api\/ready answered without "unready"/);
  });
}

async function withOverlay(environment: string, use: () => void | Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    writeTree(folder, layout(inputsOf(registry())));
    kubectl(["apply", "-k", `${folder}/overlays/${environment}/namespaces`]);
    applyCertificate(folder);
    kubectl(["apply", "-k", `${folder}/overlays/${environment}`]);
    waitUntilReady([NAMESPACE]);
    try {
      await use();
    } finally {
      kubectl(["delete", "-k", `${folder}/overlays/${environment}`, "--wait=true", "--ignore-not-found"]);
    }
  });
}

function applyCertificate(folder: string): void {
  const [key, cert] = [join(folder, "tls.key"), join(folder, "tls.crt")];
  const subject = ["-subj", `/CN=${HOST}`, "-addext", `subjectAltName=DNS:${HOST}`];
  const args = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "1",
    "-keyout",
    key,
    "-out",
    cert,
    ...subject,
  ];
  execFileSync("openssl", args, { stdio: "ignore" });
  const secret = ["create", "secret", "tls", "routes-tls", "-n", NAMESPACE, "--cert", cert, "--key", key];
  kubectl(["apply", "-f", "-"], kubectl([...secret, "--dry-run=client", "-o", "yaml"]));
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** As a client outside of the cluster. */
function ask(
  isTls: boolean,
  path: string,
  more: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: nodeAddress(), path, method: more.method ?? "GET", agent: false as const, timeout: 10_000 };
    const headers = { host: HOST, connection: "close", ...more.headers };
    const request = isTls
      ? requestTls({ ...options, headers, servername: HOST, rejectUnauthorized: false })
      : requestPlain({ ...options, headers });
    request.once("error", reject);
    request.once("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.end(more.body);
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo().catch(() => false))) {
    assert.ok(Date.now() < deadline, "it did not come to be so within 30 s");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function registry(): Record<string, unknown> {
  const traefik = { controller: "traefik", namespace: "traefik", labels: { app: "traefik" }, host: HOST };
  const cors = { allowOrigins: ["https://app.example.com", "https://*.preview.example.com"] };
  return {
    name: "routes",
    namespaces: { [NAMESPACE]: {} },
    environments: {
      ingress: { profile: "local", ingress: traefik },
      crd: { profile: "local", ingress: { ...traefik, resource: "IngressRoute", tls: { secretName: "routes-tls" } } },
    },
    services: {
      machine: {
        kind: "External",
        ports: { tcp: { containerPort: DECLARED, servicePort: 80 } },
        external: { addresses: [machine()] },
      },
      web: {
        image: "busybox:1.36",
        command: ["httpd", "-f", "-p", "8080", "-h", "/www"],
        ports: { http: { containerPort: 8080, servicePort: 80 } },
        files: {
          "/www/index.html": { content: "exact\n" },
          "/www/ready": { content: "ready\n" },
        },
        dependsOn: { machine: {} },
        terminationGracePeriodSeconds: 1,
        probes: { readiness: { tcpSocket: { port: "http" }, periodSeconds: 1 } },
        routes: {
          api: { path: "/api", port: "http", stripPrefix: true, cors, maxBodySize: "1Ki" },
          exact: { path: "/api/exact", pathType: "Exact", port: "http", stripPrefix: true },
          limited: {
            path: "/limited",
            port: "http",
            stripPrefix: true,
            rateLimit: { requestsPerSecond: 1, burst: 3 },
          },
        },
        verify: {
          ready: { route: { name: "api", path: "/ready", contains: "ready" } },
          wrong: { route: { name: "api", path: "/ready", contains: "unready" } },
        },
      },
    },
  };
}
