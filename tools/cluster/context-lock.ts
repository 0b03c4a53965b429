import { rmSync } from "node:fs";
import { join } from "node:path";
import { userError } from "../lib/errors.ts";
import type { Exec } from "../lib/exec.ts";
import { writeAtomically } from "../lib/files.ts";
import { processFolder } from "../lib/process-folder.ts";
import { apiNodes, thisMachine } from "./api-nodes.ts";
import { type LocalEngine, localEngines } from "./docker-engine.ts";
import {
  type ApiNode,
  type Distribution,
  type EngineIdentity,
  type Evidence,
  type Machine,
  type NodeContainer,
  type Verdict,
  isLoopbackServer,
  isSameEngine,
  judge,
} from "./judge.ts";
import { type Kubectl, kubectlFailed, kubectlFor } from "./kubectl.ts";

/** A cluster that we may talk to, through a private copy of its kubeconfig that nothing outside can change. */
export interface LockedCluster {
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  /** Why it may be touched, for people. */
  readonly evidence: string;
  /** Name of the kind cluster that it is proven to be; null where it is none, or where only a name vouches for it. */
  readonly kindCluster: string | null;
  /** What has made its node containers; null where nothing proves that they are containers. */
  readonly distribution: Distribution | null;
  /** Its nodes as the API names them; empty where containers say enough. */
  readonly apiNodes: readonly ApiNode[];
  /** The engine at `dockerSocketPath`; null where it does not say what it is. */
  readonly engine: EngineIdentity | null;
  readonly machine: Machine;
  /** Its nodes, when they are containers of this machine; empty otherwise. */
  readonly nodes: readonly NodeContainer[];
  /** Socket of the engine in which the nodes run, or of the first one that answers; null where none does. */
  readonly dockerSocketPath: string | null;
  readonly kubectl: Kubectl;
  readonly kubeconfigPath: string;
  /** Removes the private kubeconfig. */
  release(): Promise<void>;
}

export interface LockOptions {
  readonly exec: Exec;
  /** Folder of services.json: kubectl runs from there only to find relative paths of a kubeconfig. */
  readonly root: string;
  /** `environments.<env>.cluster.allowedContexts` of the registry. */
  readonly allowedContexts: readonly string[];
  /** kubectl's current context by default. */
  readonly context?: string;
  /** Value of DOCKER_HOST. */
  readonly dockerHost?: string;
}

/** The cluster of a context, proven to be this machine's own. Throws a `UserError` when there is no such proof. */
export async function lockCluster(options: LockOptions): Promise<LockedCluster> {
  const [frozen, engines, machine] = await Promise.all([
    freeze(options),
    localEngines(options.dockerHost),
    thisMachine(),
  ]);
  const known = { ...frozen, allowedContexts: options.allowedContexts, machine, apiNodes: [] };
  const proven = engines.flatMap((engine) => {
    const verdict = judge({ ...known, nodes: engine.nodes, engines: [] });
    return verdict.isLocal && verdict.proof === "container" ? [{ engine, verdict }] : [];
  })[0];
  const nodes = await nodesOf(frozen, options.allowedContexts, proven?.verdict.containers?.distribution);
  const verdict = proven?.verdict ?? judge({ ...known, ...everything(engines), apiNodes: nodes });
  if (!verdict.isLocal) {
    await frozen.release();
    throw notLocal(frozen, verdict.reason);
  }
  // The engine inside the node, where the operator has pointed DOCKER_HOST at it, before the one in which the node runs.
  const engine = runtimeEngine(nodes, engines) ?? proven?.engine ?? engines[0];
  return {
    ...frozen,
    ...vouched(verdict),
    machine,
    apiNodes: nodes,
    nodes: (proven?.engine.nodes ?? []).filter((node) => node.isNode && isMember(node, verdict)),
    engine: engine?.identity ?? null,
    dockerSocketPath: engine?.socketPath ?? null,
  };
}

/** What the API says of its nodes, where containers do not say enough and it may be asked. */
async function nodesOf(
  frozen: FrozenContext,
  allowedContexts: readonly string[],
  distribution: Distribution | undefined,
): Promise<readonly ApiNode[]> {
  // A node of minikube may have Docker or containerd inside.
  const isEnough = distribution !== undefined && distribution !== "minikube";
  const mayAsk = distribution !== undefined || isLoopbackServer(frozen) || allowedContexts.includes(frozen.context);
  return isEnough || !mayAsk ? [] : apiNodes(frozen.kubectl);
}

function everything(engines: readonly LocalEngine[]): Pick<Evidence, "nodes" | "engines"> {
  return { nodes: engines.flatMap(({ nodes }) => nodes), engines: engines.flatMap(({ identity }) => identity ?? []) };
}

/** The engine in which the nodes' pods run. */
function runtimeEngine(nodes: readonly ApiNode[], engines: readonly LocalEngine[]): LocalEngine | undefined {
  return engines.find(
    ({ identity }) => identity && nodes.length > 0 && nodes.every((node) => isSameEngine(node, identity)),
  );
}

/** The cluster of a context that an operator names on the command line: frozen in the same way, and proven by nothing. */
export async function remoteCluster(options: {
  readonly exec: Exec;
  readonly context: string;
}): Promise<LockedCluster> {
  const frozen = await freeze(options);
  return {
    ...frozen,
    evidence: "the operator named this context",
    kindCluster: null,
    distribution: null,
    apiNodes: [],
    engine: null,
    machine: await thisMachine(),
    nodes: [],
    dockerSocketPath: null,
  };
}

interface FrozenContext extends Pick<LockedCluster, "context" | "server" | "kubectl" | "kubeconfigPath" | "release"> {
  readonly proxyUrl: string | null;
}

interface Kubeconfig {
  readonly clusters?:
    | readonly { readonly cluster?: { readonly server?: string; readonly "proxy-url"?: string } }[]
    | null;
}

async function freeze({
  exec,
  context,
  root,
}: {
  readonly exec: Exec;
  readonly context?: string;
  readonly root?: string;
}): Promise<FrozenContext> {
  const options = root === undefined ? {} : { cwd: root };
  const name = context ?? (await currentContext(exec, options));
  const view = await exec.run(
    "kubectl",
    ["config", "view", "--context", name, "--minify", "--flatten", "--raw", "-o", "json"],
    options,
  );
  if (view.exitCode !== 0)
    throw userError(
      "CONTEXT_UNKNOWN",
      `context ${name}`,
      `kubectl knows no usable context "${name}": ${lastLine(view.stderr)}`,
      "kubectl config get-contexts lists those that there are",
    );
  const cluster = (JSON.parse(view.stdout) as Kubeconfig).clusters?.[0]?.cluster;
  if (!cluster?.server)
    throw userError(
      "CONTEXT_UNKNOWN",
      `context ${name}`,
      `the context "${name}" names no server`,
      "kubectl config get-contexts lists those that there are",
    );
  const folder = await processFolder("slipway-kubeconfig-");
  const kubeconfigPath = join(folder, "config");
  await writeAtomically(kubeconfigPath, view.stdout, 0o600);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when the process ends at once: the copy holds credentials.
  process.once("exit", remove);
  const release = async (): Promise<void> => {
    process.off("exit", remove);
    remove();
  };
  return {
    context: name,
    server: cluster.server,
    proxyUrl: cluster["proxy-url"] ?? null,
    kubeconfigPath,
    kubectl: kubectlFor(exec, kubeconfigPath, name),
    release,
  };
}

async function currentContext(exec: Exec, options: { readonly cwd?: string }): Promise<string> {
  const args = ["config", "current-context"];
  const current = await exec.run("kubectl", args, options);
  if (current.exitCode === 0 && current.stdout.trim() !== "") return current.stdout.trim();
  if (!/current-context is not set/.test(current.stderr)) throw kubectlFailed(args, current.stderr);
  throw userError(
    "CONTEXT_MISSING",
    "kubeconfig",
    "kubectl has no current context",
    "make one (npm run dev -- --create-cluster), or name one with --context NAME",
  );
}

type Proven = Extract<Verdict, { isLocal: true }>;

function vouched({ reason, containers }: Proven): Pick<LockedCluster, "evidence" | "kindCluster" | "distribution"> {
  const kindCluster = containers?.distribution === "kind" ? containers.cluster : null;
  return { evidence: reason, kindCluster, distribution: containers?.distribution ?? null };
}

function isMember(node: NodeContainer, { containers }: Proven): boolean {
  return node.distribution === containers?.distribution && node.cluster === containers.cluster;
}

function notLocal({ context }: FrozenContext, reason: string): Error {
  const fix = `use a kind cluster of this machine (--context kind-NAME), or allow this one by name: environments.<env>.cluster.allowedContexts: ["${context}"]`;
  return userError(
    "CONTEXT_NOT_LOCAL",
    `context ${context}`,
    `nothing proves that this cluster is local: ${reason}`,
    fix,
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
