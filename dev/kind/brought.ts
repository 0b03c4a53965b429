import { join } from "node:path";
import { UserError, hasErrors, userError } from "../../tools/lib/errors.ts";
import type { Exec, ExecResult } from "../../tools/lib/exec.ts";
import type { PlainObject } from "../../tools/registry/vendored/object.ts";
import { parseManifest } from "../../tools/registry/vendored/parse.ts";
import type { ClusterSettings } from "./config.ts";

/** A file that is applied to a cluster as soon as there is one. */
export interface Brought {
  /** Relative to services.json. */
  readonly file: string;
  readonly objects: readonly PlainObject[];
}

export interface BroughtTo {
  /** Of the kind cluster. */
  readonly name: string;
  /** Folder of services.json. */
  readonly root: string;
  readonly brought: readonly Brought[];
}

/** An image that has to be pulled first may take a while on a slow line. */
const READY_SECONDS = 300;

const WORKLOADS: ReadonlySet<string> = new Set(["DaemonSet", "Deployment", "StatefulSet"]);

/** What `cluster.ingress` names, taken apart. Throws a `UserError` with all that is wrong with it. Pure. */
export function broughtAlong({ ingress }: ClusterSettings, files: ReadonlyMap<string, string>): readonly Brought[] {
  const parsed = (ingress?.files ?? []).map((file) => ({ file, ...parseManifest(file, files.get(file) ?? "") }));
  const findings = parsed.flatMap((one) => one.findings);
  if (hasErrors(findings)) throw new UserError(findings);
  return parsed.map(({ file, objects }) => ({ file, objects: objects.map(({ object }) => object) }));
}

/** Applies each file in turn, and waits until every workload among them is Ready. */
export async function applyBrought(
  exec: Exec,
  { name, root, brought }: BroughtTo,
  onLine: (line: string) => void,
): Promise<void> {
  const workloads = brought.flatMap(({ objects }) => objects).filter(({ kind }) => WORKLOADS.has(kind));
  const kubectl: Kubectl = (...args) => exec.run("kubectl", ["--context", `kind-${name}`, ...args]);
  await loadImages(exec, name, workloads.flatMap(imagesOf));
  for (const one of brought) {
    await applyFile(kubectl, name, root, one);
    onLine(`applied ${one.file}`);
  }
  for (const workload of workloads) onLine(`ready ${await untilReady(kubectl, name, workload)}`);
}

type Kubectl = (...args: readonly string[]) => Promise<ExecResult>;

async function applyFile(kubectl: Kubectl, name: string, root: string, { file, objects }: Brought): Promise<void> {
  const { exitCode, stderr } = await kubectl("apply", "--server-side", "-f", join(root, file));
  if (exitCode !== 0) throw refused(name, file, stderr);
  const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
  // The next file may hold objects of these kinds.
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  if (names.length > 0) await kubectl("wait", "--for=condition=Established", "--timeout=60s", ...names);
}

/** Resolves with what it is called. */
async function untilReady(kubectl: Kubectl, name: string, { kind, metadata }: PlainObject): Promise<string> {
  const { namespace = "default" } = metadata;
  const title = `${kind.toLowerCase()}/${metadata.name}`;
  const wait = `--timeout=${READY_SECONDS}s`;
  const { exitCode, stderr } = await kubectl("--namespace", namespace, "rollout", "status", title, wait);
  if (exitCode !== 0) throw notReady(name, namespace, title, stderr);
  return `${title} in ${namespace}`;
}

function imagesOf(workload: PlainObject): string[] {
  const { template } = (workload["spec"] ?? {}) as { readonly template?: { readonly spec?: PodSpec } };
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  return [...containers, ...initContainers].flatMap(({ image }) => image ?? []);
}

interface PodSpec {
  readonly containers?: readonly { readonly image?: string }[];
  readonly initContainers?: readonly { readonly image?: string }[];
}

/** What this machine's engine has needs no pull, and no registry. What it has not, or cannot give, the node pulls. */
async function loadImages(exec: Exec, name: string, images: readonly string[]): Promise<void> {
  for (const image of new Set(images)) {
    const found = await exec.run("docker", ["image", "inspect", image]).catch(() => null);
    if (found?.exitCode === 0) await exec.run("kind", ["load", "docker-image", image, "--name", name]);
  }
}

function refused(name: string, file: string, stderr: string): Error {
  return userError(
    "CLUSTER_INGRESS_REFUSED",
    file,
    `the cluster ${name} is made, and refuses it: ${lastLine(stderr)}`,
    `correct it, then: kubectl --context kind-${name} apply --server-side -f ${file}`,
  );
}

function notReady(name: string, namespace: string, title: string, stderr: string): Error {
  return userError(
    "CLUSTER_INGRESS_NOT_READY",
    `${title} in ${namespace}`,
    `the cluster ${name} is made, and this is not Ready in it after ${READY_SECONDS} s: ${lastLine(stderr)}`,
    `what holds it up: kubectl --context kind-${name} --namespace ${namespace} describe pods; where nothing can be pulled: kind load docker-image`,
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) || "kubectl does not say why";
}
