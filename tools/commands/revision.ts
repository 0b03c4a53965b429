import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path/posix";
import { UserError, findingsOf, userError } from "../lib/errors.ts";
import type { Exec } from "../lib/exec.ts";
import { applyChanges } from "../lib/files.ts";
import { type Inputs, LOCK_FILE, REGISTRY_FILE, readInputs } from "../registry/read.ts";

/** The inputs below `root` as a git revision has them, and the commit that it is. */
export async function readRevision(
  exec: Exec,
  root: string,
  revision: string,
): Promise<{ readonly inputs: Inputs; readonly commit: string }> {
  const git = gitIn(exec, root);
  const commit = await commitOf(git, root, revision);
  const tree = await treeOf(git, commit);
  if (!tree.has(REGISTRY_FILE))
    throw userError(
      "REVISION_WITHOUT_REGISTRY",
      revision,
      `this revision has no ${REGISTRY_FILE} in ${root}`,
      `name one that has it: git log --oneline -- ${REGISTRY_FILE} lists them`,
    );
  // As files of their own: one way of reading and checking inputs is enough.
  const folder = await mkdtemp(join(tmpdir(), "slipway-diff-"));
  try {
    const registry = await contentOf(git, commit, tree, REGISTRY_FILE);
    const others = [...tree.keys()].filter((path) => path === LOCK_FILE || isNamed(path, namesIn(registry)));
    const texts = await Promise.all(others.map((path) => contentOf(git, commit, tree, path)));
    const files = [[REGISTRY_FILE, registry] as const, ...others.map((path, i) => [path, texts[i] ?? ""] as const)];
    await applyChanges(
      folder,
      files.map(([path, content]) => ({ type: "create", path, content })),
    );
    return { inputs: await readSide(folder, revision), commit };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The inputs of a folder that is not the one worked in: what is wrong there is told with its name. */
export async function readSide(folder: string, name: string): Promise<Inputs> {
  try {
    return (await readInputs(folder)).inputs;
  } catch (error) {
    throw new UserError(
      findingsOf(error).map((finding) => ({
        ...finding,
        where: finding.where.startsWith(folder) ? finding.where : `${name}:${finding.where}`,
        fix: `compare with inputs that are valid (${finding.fix})`,
      })),
    );
  }
}

type Git = (
  args: readonly string[],
) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;

function gitIn(exec: Exec, root: string): Git {
  return (args) => exec.run("git", args, { cwd: root, env: { LC_ALL: "C" }, keepsFinalNewline: true });
}

async function commitOf(git: Git, root: string, revision: string): Promise<string> {
  const inside = await git(["rev-parse", "--is-inside-work-tree"]);
  if (inside.exitCode !== 0)
    throw userError(
      "GIT_NOT_FOUND",
      root,
      `this folder belongs to no git repository: ${inside.stderr.trim().split("\n")[0] ?? ""}`,
      "compare with another folder: npm run diff -- --against DIR",
    );
  const { exitCode, stdout } = await git([
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  ]);
  if (exitCode === 0) return stdout.trim();
  throw userError(
    "REVISION_UNKNOWN",
    revision,
    "git knows no such revision",
    "name a commit, a branch or a tag: git log --oneline --all lists commits; a shallow clone has few of them",
  );
}

/** Every file below the folder, by path, and whether it is a link. */
async function treeOf(git: Git, commit: string): Promise<ReadonlyMap<string, boolean>> {
  const { stdout } = await git(["ls-tree", "-r", "-z", commit, "."]);
  const entries = stdout.split("\0").filter(Boolean);
  return new Map(entries.map((entry) => [entry.slice(entry.indexOf("\t") + 1), entry.startsWith("120000")]));
}

/** A link's content is that of the file it leads to; with the line ends that a checkout gives it. */
async function contentOf(git: Git, commit: string, tree: ReadonlyMap<string, boolean>, path: string): Promise<string> {
  const { exitCode, stdout, stderr } = await git(["cat-file", "--filters", `${commit}:./${path}`]);
  if (exitCode !== 0)
    throw userError("GIT_FAILED", path, stderr.trim(), "run git fsck: this repository lacks an object");
  const target = normalize(join(dirname(path), stdout));
  return tree.get(path) === true && tree.get(target) === false ? contentOf(git, commit, tree, target) : stdout;
}

/** Every text of the registry that may name a file; nothing where it cannot be read, which is told when it is parsed. */
function namesIn(registry: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") names.add(normalize(value).replace(/\/$/, ""));
    else if (typeof value === "object" && value !== null)
      // Sources of images are no input.
      for (const [key, inner] of Object.entries(value)) if (key !== "build" && key !== "develop") visit(inner);
  };
  try {
    visit(JSON.parse(registry.replace(/^\ufeff/, "")));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return names;
}

/** A file, or something in a folder, that the registry names. */
function isNamed(path: string, names: ReadonlySet<string>): boolean {
  for (let at = path; at !== "."; at = dirname(at)) if (names.has(at)) return true;
  return false;
}
