import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userError } from "../lib/errors.ts";
import type { Exec } from "../lib/exec.ts";
import { writeAtomically } from "../lib/files.ts";
import { localEngines } from "./docker-engine.ts";
import { type Evidence, type NodeContainer, type Verdict, judge } from "./judge.ts";
import { type Kubectl, kubectlFailed, kubectlFor } from "./kubectl.ts";

/** A cluster that we may talk to, through a private copy of its kubeconfig that nothing outside can change. */
export interface LockedCluster {
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  /** Why it may be touched, for people. */
  readonly evidence: string;
  /** Name of the kind cluster that it is proven to be; null where only the registry or the operator vouches for it. */
  readonly kindCluster: string | null;
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
  const [frozen, engines] = await Promise.all([freeze(options), localEngines(options.dockerHost)]);
  const { allowedContexts } = options;
  const proof = engines.map((engine) => ({
    engine,
    verdict: judge(evidenceOf(frozen, engine.nodes, allowedContexts)),
  }));
  const found = proof.find(({ verdict }) => verdict.isLocal && verdict.kindCluster !== null);
  const verdict =
    found?.verdict ??
    judge(
      evidenceOf(
        frozen,
        engines.flatMap(({ nodes }) => nodes),
        allowedContexts,
      ),
    );
  if (!verdict.isLocal) {
    await frozen.release();
    throw notLocal(frozen, verdict.reason);
  }
  const nodes = (found?.engine.nodes ?? []).filter((node) => node.cluster === verdict.kindCluster);
  return { ...frozen, ...vouched(verdict), nodes, dockerSocketPath: (found?.engine ?? engines[0])?.socketPath ?? null };
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
  const folder = await mkdtemp(join(tmpdir(), "slipway-kubeconfig-"));
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
    "start a local cluster (kind create cluster), or name one with --context NAME",
  );
}

function evidenceOf(
  { context, server, proxyUrl }: FrozenContext,
  nodes: readonly NodeContainer[],
  allowedContexts: readonly string[],
): Evidence {
  return { context, server, proxyUrl, nodes, allowedContexts };
}

function vouched(verdict: Extract<Verdict, { isLocal: true }>): Pick<LockedCluster, "evidence" | "kindCluster"> {
  return { evidence: verdict.reason, kindCluster: verdict.kindCluster };
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
