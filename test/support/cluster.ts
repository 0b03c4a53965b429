import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { type Engine, connectEngine } from "../../dev/build/engine.ts";
import { imageBuilder } from "../../dev/build/builder.ts";
import type { ImageTarget } from "../../dev/core/target.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { targetOf } from "../../dev/sources/target.ts";
import { type LockedCluster, lockCluster } from "../../tools/cluster/context-lock.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import { eventually } from "../services/docker.ts";
import { skipWithout } from "./skip.ts";

/** Why tests of a real cluster cannot run here; false when they can. */
export function skipWithoutCluster(): string | false {
  const docker = spawnSync("docker", ["info"], { stdio: "ignore" }).status === 0;
  if (!docker) return skipWithout(false, "a Docker engine");
  const cluster =
    spawnSync("kubectl", ["get", "--raw", "/readyz", "--request-timeout=5s"], { stdio: "ignore" }).status === 0;
  return skipWithout(cluster, "a kind cluster (kubectl's current context)");
}

/** Proven to be this machine's own before a test changes anything in it. */
export function provenCluster(): Promise<LockedCluster> {
  return lockCluster({ exec: systemExec, root: ".", allowedContexts: [] });
}

export function kubectl(args: readonly string[], input?: string): string {
  return execFileSync("kubectl", args, {
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
    stdio: ["pipe", "pipe", "pipe"],
    ...(input !== undefined && { input }),
  });
}

/** kubectl's exit code and everything that it said. */
export function tryKubectl(
  args: readonly string[],
  input?: string,
): { readonly exitCode: number; readonly text: string } {
  const { status, stdout, stderr } = spawnSync("kubectl", args, {
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
    ...(input !== undefined && { input }),
  });
  return { exitCode: status ?? 1, text: `${stdout}${stderr}` };
}

export function slipway(args: readonly string[]): { readonly exitCode: number; readonly text: string } {
  const { status, stdout, stderr } = spawnSync("node", ["--import", "tsx", "tools/cli.ts", ...args], {
    encoding: "utf8",
  });
  return { exitCode: status ?? 1, text: `${stdout}${stderr}` };
}

/** Builds what an environment builds here, and puts it into every node under the tag that the overlay names. */
export async function loadBuiltImages(root: string, environment: string, cluster: LockedCluster): Promise<void> {
  const { inputs } = await readInputs(root);
  const engine = await connectEngine(cluster.dockerSocketPath ?? "");
  const delivery = clusterTypeOf(cluster).delivery(cluster, async () => engine);
  const signal = new AbortController().signal;
  for (const { image, tag } of await buildImages(root, inputs, environment, engine))
    if (image.isRun) await delivery.deliver({ type: "deliver", key: tag, subject: image.name, image, tag }, signal);
  await delivery.close();
}

/** Builds what an environment builds here; each image with its tag in the engine. */
export async function buildImages(
  root: string,
  inputs: Inputs,
  environment: string,
  engine: Engine,
): Promise<{ readonly image: ImageTarget; readonly tag: string }[]> {
  const builder = imageBuilder(root, async () => engine);
  const tags = new Map<string, string>();
  const signal = new AbortController().signal;
  const { images } = targetOf(inputs, environment, null);
  for (const image of images) {
    const tag = await builder.digest(
      { type: "digest", key: image.reference, subject: image.name, image, bases: tags, rebuilds: 0 },
      signal,
    );
    tags.set(image.reference, tag);
    await builder.build(
      { type: "build", key: tag, subject: image.name, image, bases: tags, tag, rebuilds: 0, isAnew: false },
      signal,
    );
  }
  return images.map((image) => ({ image, tag: tags.get(image.reference) ?? image.reference }));
}

/** Images that the node would pull where it can reach a registry; here they come from the engine. */
export function loadThirdPartyImages(cluster: LockedCluster, images: readonly string[]): void {
  for (const image of images) {
    const isThere = cluster.nodes.every(({ name }) =>
      execFileSync("docker", ["exec", name, "crictl", "images"], { encoding: "utf8" }).includes(
        image.split(":")[0] ?? image,
      ),
    );
    if (!isThere)
      execFileSync("kind", ["load", "docker-image", image, "--name", cluster.kindCluster ?? ""], { stdio: "ignore" });
  }
}

export function deleteNamespaces(names: readonly string[]): void {
  kubectl(["delete", "namespace", ...names, "--ignore-not-found", "--wait=true", "--timeout=180s"]);
}

/**
 * Deletes pods, and waits until these very ones are gone: kubectl may wait for ever for one that has come again under its
 * name.
 */
export async function deletePods(namespaces: readonly string[], selector = ""): Promise<void> {
  const uids = namespaces.flatMap((namespace) => uidsOfPods(namespace, selector));
  for (const namespace of namespaces) {
    const chosen = selector === "" ? ["--all"] : ["--selector", selector];
    kubectl(["delete", "pods", ...chosen, "--namespace", namespace, "--wait=false"]);
  }
  await eventually(async () => {
    const left = new Set(namespaces.flatMap((namespace) => uidsOfPods(namespace, selector)));
    assert.deepEqual(
      uids.filter((uid) => left.has(uid)),
      [],
    );
  }, 150_000);
}

function uidsOfPods(namespace: string, selector: string): string[] {
  const path = "jsonpath={.items[*].metadata.uid}";
  return kubectl(["get", "pods", "--namespace", namespace, "--selector", selector, "-o", path])
    .split(" ")
    .filter(Boolean);
}

/** Waits until every pod of the namespaces is Ready, or, of a job that has not been suspended, done. */
export function waitUntilReady(namespaces: readonly string[], timeoutSeconds = 180): void {
  for (const namespace of namespaces) {
    for (const kind of ["statefulset", "deployment"]) {
      const names = kubectl(["get", kind, "--namespace", namespace, "-o", "name"]).split("\n").filter(Boolean);
      for (const name of names)
        kubectl(["rollout", "status", "--namespace", namespace, name, `--timeout=${timeoutSeconds}s`]);
    }
    const jobs = startedJobs(namespace);
    if (jobs.length > 0)
      kubectl(["wait", "--namespace", namespace, "--for=condition=complete", ...jobs, `--timeout=${timeoutSeconds}s`]);
  }
}

/** A suspended one never completes. */
function startedJobs(namespace: string): string[] {
  const { items } = JSON.parse(kubectl(["get", "jobs", "--namespace", namespace, "-o", "json"])) as {
    readonly items: readonly { readonly metadata: { readonly name: string }; readonly spec: { suspend?: boolean } }[];
  };
  return items.filter(({ spec }) => spec.suspend !== true).map(({ metadata }) => `job/${metadata.name}`);
}

/** Address of the node on which the ingress controller listens, as the host reaches it. */
export function nodeAddress(): string {
  return kubectl([
    "get",
    "nodes",
    "-o",
    'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}',
  ]).trim();
}
