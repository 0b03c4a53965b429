import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { userError } from "../../tools/lib/errors.ts";
import type { Exec } from "../../tools/lib/exec.ts";
import { applyBrought, broughtAlong } from "./brought.ts";
import { type ClusterSettings, kindConfig } from "./config.ts";

export interface KindCluster {
  readonly name: string;
  readonly settings: ClusterSettings;
  /** Folder of services.json. */
  readonly root: string;
  /** Text of every file that the registry names, by the path it is named by. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * `kind create cluster`, with what kind says line by line, and then what the cluster is to bring. Resolves with its kubectl
 * context. Throws a `UserError` when kind is missing or refuses; kind itself takes away what it has begun. What the new
 * cluster refuses is an error as well, and the cluster stays.
 */
export async function createKindCluster(
  exec: Exec,
  { name, settings, root, files }: KindCluster,
  onLine: (line: string) => void,
): Promise<string> {
  // What cannot be applied is told before minutes have gone into a cluster.
  const brought = broughtAlong(settings, files);
  // Docker would make a missing folder as root.
  for (const { hostPath } of settings.extraMounts ?? []) await mkdir(resolve(root, hostPath), { recursive: true });
  await kind(exec, ["create", "cluster", "--name", name, "--config", "-", "--wait", "120s"], onLine, {
    input: kindConfig(name, settings, root),
  });
  await applyBrought(exec, { name, root, brought }, onLine);
  return `kind-${name}`;
}

/** Folders that are mounted from this machine stay. */
export async function deleteKindCluster(exec: Exec, name: string, onLine: (line: string) => void): Promise<void> {
  await kind(exec, ["delete", "cluster", "--name", name], onLine);
}

/** Names of the kind clusters of this machine. */
export async function kindClusters(exec: Exec): Promise<readonly string[]> {
  const { stdout, exitCode } = await exec.run("kind", ["get", "clusters"]);
  return exitCode === 0 ? stdout.split("\n").filter((line) => /^[a-z0-9.-]+$/.test(line)) : [];
}

async function kind(
  exec: Exec,
  args: readonly string[],
  onLine: (line: string) => void,
  options: { readonly input?: string } = {},
): Promise<void> {
  const said: string[] = [];
  const program = await exec.start(
    "kind",
    args,
    (line) => {
      said.push(line);
      onLine(line);
    },
    options,
  );
  const { exitCode } = await program.ended;
  if (exitCode !== 0) throw kindFailed(args, said);
}

function kindFailed(args: readonly string[], said: readonly string[]): Error {
  const known = FAILURES.map(({ pattern, fix }) => ({ line: said.findLast((line) => pattern.test(line)), fix }));
  const found = known.find(({ line }) => line !== undefined);
  return userError(
    "KIND_FAILED",
    `kind ${args.slice(0, 2).join(" ")}`,
    found?.line ?? said.findLast((line) => line.startsWith("ERROR")) ?? said[0] ?? "kind failed without a word",
    found?.fix ?? `run it by hand to see all it says: kind ${args.slice(0, 4).join(" ")}`,
  );
}

const FAILURES: readonly { readonly pattern: RegExp; readonly fix: string }[] = [
  {
    pattern: /already exist/,
    fix: "use it (npm run dev), or take it away first: npm run dev -- cluster delete",
  },
  { pattern: /Cannot connect to the Docker daemon/, fix: "start Docker, then try again" },
  {
    // What the engine says comes after kind's own ERROR line.
    pattern: /port is already allocated|address already in use|cannot expose privileged port/,
    fix: "stop what has the port, or give the cluster another hostPort: environments.<env>.cluster.portMappings in services.json",
  },
];
