import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import type { SyncStep } from "../../dev/core/step.ts";
import type { ServiceTarget } from "../../dev/core/target.ts";
import { type Pods, watchPods } from "../../dev/sources/pods.ts";
import { readTarget } from "../../dev/sources/registry.ts";
import { replicasOf } from "../../dev/sync/replicas.ts";
import { type ContainerSync, containerSync } from "../../dev/sync/index.ts";
import type { Channel } from "../../dev/sync/shell.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { render } from "../../tools/render/render.ts";
import { eventually } from "../services/docker.ts";
import { deleteNamespaces, kubectl, loadThirdPartyImages, provenCluster } from "./cluster.ts";

/** A platform of its own on the real cluster, whose services have rules of develop.watch, and the port that copies. */
export interface SyncedPlatform {
  readonly id: string;
  readonly root: string;
  readonly api: KubeApi;
  readonly pods: Pods;
  readonly sync: ContainerSync;
  readonly notices: Finding[];
  service(name: string): ServiceTarget;
  step(service: string, ...paths: string[]): SyncStep;
  readonly write: (path: string, content: string | Buffer, mode?: number) => Promise<void>;
  kubectl(...args: string[]): string;
  podsOf(service: string): string[];
  remove(): Promise<void>;
}

/** `files`: sources by path below the platform's folder. Every service with a `build` is built, loaded and applied. */
export async function syncedPlatform(
  services: Readonly<Record<string, object & { readonly replicas?: number }>>,
  files: Readonly<Record<string, string>>,
): Promise<SyncedPlatform> {
  const id = `sync-${randomBytes(3).toString("hex")}`;
  const root = await mkdtemp(join(tmpdir(), `${id}-`));
  const write = async (path: string, content: string | Buffer, mode = 0o644): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { mode });
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const environments = { local: { profile: "local" } };
  const named = Object.entries(services).map(([name, service]) => [
    name,
    { image: `${id}/${name}:1`, build: { context: name }, ...service },
  ]);
  await write(
    "services.json",
    JSON.stringify({ name: id, namespaces: { [id]: {} }, environments, services: Object.fromEntries(named) }),
  );
  const cluster = await provenCluster();
  const images = Object.keys(services).map((name) => `${id}/${name}:dev`);
  build(root, images, cluster);
  const { target, inputs } = await readTarget(root, { environment: null, only: null });
  const objects = render(environmentModel(inputs, "local")).map(({ object }) => object);
  const shared = objects.filter(({ metadata }) => metadata.namespace === undefined);
  for (const part of [shared, objects])
    kubectl(["apply", "--server-side", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: part }));
  for (const name of Object.keys(services))
    kubectl(["rollout", "status", "-n", id, `deployment/${name}`, "--timeout=120s"]);
  const api = await connectApi(cluster);
  const ending = new AbortController();
  const { pods, ended } = watchPods(api, id, ending.signal);
  const notices: Finding[] = [];
  const sync = containerSync({ root, api, pods, openInNode, notice: (finding) => void notices.push(finding) });
  sync.follow(target);
  await eventually(async () => {
    for (const [name, { replicas = 1 }] of Object.entries(services))
      if (replicasOf(pods.of(name)).length < replicas) throw new Error(name);
  });
  const service = (name: string): ServiceTarget => {
    const found = target.services.find((one) => one.name === name);
    if (!found) throw new Error(name);
    return found;
  };
  let batch = 0;
  return {
    id,
    root,
    api,
    pods,
    sync,
    notices,
    service,
    step: (name, ...paths) => ({
      type: "sync",
      key: `sync ${name} ${(batch += 1)}`,
      subject: name,
      service: service(name),
      paths,
      batch,
      tag: `${id}/${name}:dev`,
    }),
    write,
    kubectl: (...args) => kubectl(["-n", id, ...args]),
    podsOf: (name) =>
      kubectl([
        "get",
        "pods",
        "-n",
        id,
        "-l",
        `app.kubernetes.io/name=${name}`,
        "--field-selector=status.phase=Running",
        "-o",
        "name",
      ])
        .trim()
        .split("\n"),
    async remove() {
      sync.close();
      ending.abort();
      await ended;
      await api.close();
      await rm(root, { recursive: true, force: true });
      deleteNamespaces([id]);
      for (const { name } of cluster.nodes)
        execFileSync(
          "docker",
          ["exec", name, "ctr", "-n", "k8s.io", "images", "rm", ...images.map((image) => `docker.io/${image}`)],
          { stdio: "ignore" },
        );
      execFileSync("docker", ["rmi", "--force", ...images], { stdio: "ignore" });
      await cluster.release();
      for (const child of opened) child.kill();
    },
  };
}

function build(root: string, images: readonly string[], cluster: LockedCluster): void {
  for (const image of images)
    execFileSync("docker", ["build", "--quiet", "--tag", image, join(root, image.split("/")[1]?.split(":")[0] ?? "")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  loadThirdPartyImages(cluster, []);
  execFileSync("kind", ["load", "docker-image", ...images, "--name", cluster.kindCluster ?? ""], { stdio: "ignore" });
}

const opened: ChildProcess[] = [];

/** As the engine does it: a program in the node whose input stays open. */
export async function openInNode(node: string, command: readonly string[]): Promise<Channel> {
  const child = spawn("docker", ["exec", "-i", node, ...command], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => undefined);
  opened.push(child);
  return { input: child.stdin, output: child.stdout, closed: new Promise((resolve) => child.on("close", resolve)) };
}
