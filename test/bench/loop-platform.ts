import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "../services/docker.ts";

type Ports = Readonly<Record<"web" | "bare" | "synced", number>>;

/** A platform to measure the loop with: small Node.js services that answer with the version their source says. */
export interface LoopPlatform {
  readonly root: string;
  readonly name: string;
  /** Ports of this machine that lead to what is built (`web`; `bare`, whose pod has no volume) and what is copied. */
  readonly ports: Ports;
  readonly save: (path: string, text: string) => void;
  /** Takes everything away: folder, namespace, images in engine and nodes. */
  readonly remove: () => void;
}

export function sourceOf(version: string): string {
  return `import { createServer } from "node:http";
process.on("SIGTERM", () => process.exit(0));
createServer((request, response) => response.end("${version}")).listen(8080);
`;
}

export const DOCKERFILE = `FROM node:22-slim
USER 10001:10001
WORKDIR /app
COPY package.json ./
COPY src ./src
CMD ["node", "src/server.mjs"]
`;

export async function loopPlatform(): Promise<LoopPlatform> {
  const root = mkdtempSync(join(tmpdir(), "slipway-bench-loop-"));
  const name = `bench-${process.pid}`;
  const ports = { web: await freePort(), bare: await freePort(), synced: await freePort() };
  const save = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  save("services.json", JSON.stringify(registry(name, ports)));
  for (const service of ["web", "bare", "synced"]) {
    save(`${service}/Dockerfile`, DOCKERFILE);
    save(`${service}/package.json`, "{}\n");
    save(`${service}/src/server.mjs`, sourceOf("0"));
    for (let i = 0; i < 20; i++) save(`${service}/src/part-${i}.mjs`, `export const part = ${i};\n`.repeat(80));
  }
  return { root, name, ports, save, remove: () => removed(root, name) };
}

function registry(name: string, ports: Ports): object {
  const common = (service: string, port: number): object => ({
    image: `${name}/${service}:1`,
    build: { context: service },
    ports: { http: { containerPort: 8080 } },
    probes: { readiness: { httpGet: { path: "/", port: "http" }, periodSeconds: 1 } },
    terminationGracePeriodSeconds: 1,
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "1", memory: "128Mi" } },
    develop: { portForward: { http: port } },
  });
  const synced = common("synced", ports.synced) as { develop: object };
  const watch = [{ action: "sync+restart", path: "synced/src", target: "/app/src" }];
  return {
    name,
    namespaces: { [name]: {} },
    environments: { local: { profile: "local" } },
    services: {
      web: common("web", ports.web),
      // With a read-only root file system comes a volume for /tmp.
      bare: { ...common("bare", ports.bare), securityContext: { container: { readOnlyRootFilesystem: false } } },
      synced: { ...synced, develop: { ...synced.develop, watch, command: ["node", "src/server.mjs"] } },
    },
  };
}

/** Folder, namespace, and images in engine and nodes. */
export function removed(root: string, name: string): void {
  rmSync(root, { recursive: true, force: true });
  spawnSync("kubectl", ["delete", "namespace", name, "--ignore-not-found"], { stdio: "ignore" });
  const images = lines("docker", ["images", "--quiet", "--filter", `reference=${name}/*`]);
  if (images.length > 0) spawnSync("docker", ["rmi", "--force", ...images], { stdio: "ignore" });
  for (const node of lines("docker", ["ps", "--quiet", "--filter", "label=io.x-k8s.kind.role"])) {
    const there = lines("docker", ["exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q"]);
    const ours = there.filter((reference) => reference.includes(`/${name}/`));
    if (ours.length > 0) spawnSync("docker", ["exec", node, "ctr", "-n", "k8s.io", "images", "rm", ...ours]);
  }
}

function lines(program: string, args: readonly string[]): string[] {
  // What is not there has nothing to take away.
  return (spawnSync(program, args, { encoding: "utf8" }).stdout ?? "").split("\n").filter(Boolean);
}
