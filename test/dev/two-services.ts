import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { lockCluster } from "../../tools/cluster/context-lock.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { docker, freePort } from "../services/docker.ts";
import { saveWhole } from "./session.ts";

// A platform of two services on one base image, in a folder and a namespace of its own; the end of the test takes all of it away.

const run = promisify(execFile);

let nodes: readonly string[] = [];
export const skip: string | false = await lockCluster({ exec: systemExec, root: ".", allowedContexts: [] }).then(
  (cluster) => {
    nodes = cluster.nodes.map(({ name }) => name);
    return cluster.release().then(() => false as const);
  },
  (error: Error) => (process.env["CI"] ? false : `no local cluster: ${error.message}`),
);

export const id = `loop-${randomBytes(3).toString("hex")}`;
export const root = await mkdtemp(join(tmpdir(), `${id}-`));
export const port = await freePort();
export const kubectl = async (...args: string[]): Promise<string> =>
  (await run("kubectl", ["--namespace", id, ...args])).stdout.trim();

export const SERVER = 'FROM base\nCOPY page.html /www/\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n';
const probes = { readiness: { httpGet: { path: "/page.html", port: "http" }, periodSeconds: 1 } };
const common = {
  ports: { http: { containerPort: 8080 } },
  probes,
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
};
const built = (folder: string): object => ({ context: folder, additionalContexts: { base: "service:base" } });
export const REGISTRY = {
  name: id,
  namespaces: { [id]: {} },
  environments: { local: { profile: "local" } },
  services: {
    base: { kind: "Image", image: `${id}/base:1`, build: { context: "base" } },
    quiet: { ...common, image: `${id}/quiet:1`, build: built("quiet") },
    web: {
      ...common,
      image: `${id}/web:1`,
      build: built("web"),
      develop: { portForward: { http: port } },
      verify: { "has-a-page": { http: { port: "http", path: "/page.html" } } },
    },
  },
};

export async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await saveWhole(root, path, text);
}

before(async () => {
  await write("services.json", JSON.stringify(REGISTRY));
  await write("base/Dockerfile", "FROM busybox:1.36\nUSER 10001:10001\nCOPY motto.html /www/\n");
  await write("base/motto.html", "base");
  await write("web/Dockerfile", SERVER);
  await write("web/page.html", "one");
  await write("quiet/Dockerfile", SERVER);
  await write("quiet/page.html", "quiet");
});

after(async () => {
  await rm(root, { recursive: true, force: true });
  if (skip) return;
  await run("kubectl", ["delete", "namespace", id, "--ignore-not-found", "--wait=false"]);
  const images = (await docker("images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", `reference=${id}/*`))
    .split("\n")
    .filter(Boolean);
  if (images.length > 0) await docker("rmi", "--force", ...images);
  for (const node of nodes) {
    const names = (await docker("exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q")).split("\n");
    await docker(
      "exec",
      node,
      "ctr",
      "-n",
      "k8s.io",
      "images",
      "rm",
      ...names.filter((name) => name.includes(`/${id}/`)),
    );
  }
});
