import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { userError } from "../../tools/lib/errors.ts";
import type { Exec } from "../../tools/lib/exec.ts";
import { type ClusterSettings, kindConfig } from "./config.ts";

export interface KindCluster {
  readonly name: string;
  readonly settings: ClusterSettings;
  /** Folder of services.json. */
  readonly root: string;
}

/**
 * `kind create cluster`, with what kind says line by line. Resolves with the kubectl context of the new cluster. Throws a
 * `UserError` when kind is missing or refuses; kind itself takes away what it has begun.
 */
export async function createKindCluster(
  exec: Exec,
  { name, settings, root }: KindCluster,
  onLine: (line: string) => void,
): Promise<string> {
  // Docker would make a missing folder as root.
  for (const { hostPath } of settings.extraMounts ?? []) await mkdir(join(root, hostPath), { recursive: true });
  await kind(exec, ["create", "cluster", "--name", name, "--config", "-", "--wait", "120s"], onLine, {
    input: kindConfig(name, settings, root),
  });
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
  let last = "";
  const program = await exec.start(
    "kind",
    args,
    (line) => {
      if (line.startsWith("ERROR") || last === "") last = line;
      onLine(line);
    },
    options,
  );
  const { exitCode } = await program.ended;
  if (exitCode !== 0) throw kindFailed(args, last);
}

function kindFailed(args: readonly string[], said: string): Error {
  const fix = /already exist/.test(said)
    ? "use it (npm run dev), or take it away first: npm run dev -- cluster delete"
    : /Cannot connect to the Docker daemon/.test(said)
      ? "start Docker, then try again"
      : `run it by hand to see all it says: kind ${args.slice(0, 4).join(" ")}`;
  return userError(
    "KIND_FAILED",
    `kind ${args.slice(0, 2).join(" ")}`,
    said === "" ? "kind failed without a word" : said,
    fix,
  );
}
