import { isUtf8 } from "node:buffer";
import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, normalize, relative, sep } from "node:path";
import { type Finding, UserError, hasErrors, isNodeError, userError } from "../lib/errors.ts";
import { lostInKustomize } from "../lib/text.ts";
import { REGISTRY_FILE, readInputFile } from "./input-file.ts";
import { type ImagesLock, parseLock } from "./lock.ts";
import { parseEnvFile } from "./env-file.ts";
import { parseRegistry } from "./parse.ts";
import { envName } from "./schema/names.ts";
import type { Registry } from "./schema.ts";
import { type Path, type Source, inFileOrder, readSource } from "./source.ts";
import { validate } from "./validate.ts";
import type { Vendored } from "./vendored/object.ts";
import { vendoredObjects } from "./vendored/vendored.ts";
import { watchedPathFindings } from "./watched-paths.ts";

export { REGISTRY_FILE } from "./input-file.ts";
export const LOCK_FILE = "images.lock.json";

// https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/: 256 KiB, of which the object needs some.
const MAX_FILE_BYTES = 240_000;

// A vendored file holds many objects: the bundle of the Prometheus operator alone has four megabytes.
const MAX_MANIFEST_BYTES = 16_000_000;

/** Everything that the generator's output is a function of. */
export interface Inputs {
  readonly registry: Registry;
  readonly source: Source;
  /** Text of every file that the registry names, by the path it is named by. */
  readonly files: ReadonlyMap<string, string>;
  readonly lock: ImagesLock;
  /** What the files of `manifests` hold. */
  readonly vendored: Vendored;
}

/** The text of every file that was read, by its path; null where there was none. */
export type TextsRead = ReadonlyMap<string, string | null>;

export interface ReadInputs {
  readonly inputs: Inputs;
  readonly warnings: readonly Finding[];
  readonly read: TextsRead;
}

/** Reads and checks the inputs below `root`. Throws one `UserError` with every error; warnings come back beside the inputs. */
export async function readInputs(root: string): Promise<ReadInputs> {
  const text = await readInputFile(root, REGISTRY_FILE);
  if (text === null)
    throw userError(
      "REGISTRY_NOT_FOUND",
      join(root, REGISTRY_FILE),
      `there is no ${REGISTRY_FILE} here`,
      "run the command where it lies, or name the folder with --root DIR",
    );
  return inputsFrom(root, text);
}

/** The same of a registry that is not written yet: `text` in place of the file. */
export async function inputsFrom(root: string, text: string): Promise<ReadInputs> {
  const { registry, source } = parseRegistry(text, REGISTRY_FILE);
  const lockText = await readInputFile(root, LOCK_FILE);
  const lock = parseLock(lockText, LOCK_FILE);
  const { files, findings } = await readNamedFiles(root, registry, source);
  const { vendored, findings: ofVendored } = vendoredObjects(registry, source, files);
  const watched = await watchedPathFindings(root, registry, source);
  const all = [...inFileOrder([...findings, ...watched, ...validate(registry, source)]), ...ofVendored];
  if (hasErrors(all)) throw new UserError(all);
  const read = new Map([[REGISTRY_FILE, text], [LOCK_FILE, lockText], ...files]);
  return { inputs: { registry, source, files, lock, vendored }, warnings: all, read };
}

/**
 * The paths below `root` of everything that `readInputs` reads, existing or not. While the registry cannot be read at all,
 * those that were `known` before.
 */
export async function inputPaths(root: string, known: readonly string[]): Promise<readonly string[]> {
  const always = [REGISTRY_FILE, LOCK_FILE];
  const text = await readInputFile(root, REGISTRY_FILE).catch(() => null);
  const { source, readable } = readSource(text ?? "", REGISTRY_FILE);
  if (!readable) return [...new Set([...always, ...known])];
  const named = namedFiles((source.value ?? {}) as Registry).map(({ name }) => name);
  return [...new Set([...always, ...named])];
}

/** Whether the files of an earlier `readInputs` still say the same. */
export async function areStillSo(root: string, read: TextsRead): Promise<boolean> {
  const now = await Promise.all(
    [...read].map(async ([path, text]) => text === (await readFile(join(root, path), "utf8").catch(() => null))),
  );
  return now.every(Boolean);
}

async function readNamedFiles(
  root: string,
  registry: Registry,
  source: Source,
): Promise<{ readonly files: Map<string, string>; readonly findings: Finding[] }> {
  const files = new Map<string, string>();
  const findings: Finding[] = [];
  for (const named of [...namedFiles(registry), ...manifestFiles(registry), ...clusterFiles(registry)]) {
    const { name, at } = named;
    if (files.has(name)) continue;
    const outcome = await readNamedFile(root, named, source.where(at));
    if (typeof outcome !== "string") findings.push(outcome);
    else {
      files.set(name, outcome);
      if (at.at(-2) === "envFile") findings.push(...envFileProblems(name, outcome, source.where(at)));
    }
  }
  return { files, findings };
}

interface NamedFile {
  readonly name: string;
  readonly at: Path;
  readonly limit: FileLimit;
}

/** How large a file may be, and why. */
interface FileLimit {
  readonly bytes: number;
  readonly reason: string;
  readonly fix: string;
}

const CONFIG_FILE: FileLimit = {
  bytes: MAX_FILE_BYTES,
  reason: "kubectl apply keeps a copy of each object, of 256 KiB at most",
  fix: "put it into the image or onto a volume",
};

const MANIFEST_FILE: FileLimit = {
  bytes: MAX_MANIFEST_BYTES,
  reason: `a vendored file may have ${MAX_MANIFEST_BYTES} at most`,
  fix: "split it, and leave out what is not needed",
};

function manifestFiles({ manifests }: Registry): NamedFile[] {
  return Object.entries(manifests ?? {}).flatMap(([name, { files }]) =>
    files.map((file, i) => ({ name: file, at: ["manifests", name, "files", i], limit: MANIFEST_FILE })),
  );
}

/** No overlay holds them, but a path that leads nowhere is told before somebody makes a cluster. */
function clusterFiles({ environments }: Registry): NamedFile[] {
  return Object.entries(environments).flatMap(([name, { cluster }]) =>
    (cluster?.ingress?.files ?? []).map((file, i) => ({
      name: file,
      at: ["environments", name, "cluster", "ingress", "files", i],
      limit: MANIFEST_FILE,
    })),
  );
}

/** Every `files.*.source` and env file, wherever a service, its mock or a layer names one. */
function namedFiles(registry: Registry): NamedFile[] {
  const found: NamedFile[] = [];
  const visit = (value: unknown, at: Path): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const path = [...at, key];
      const isNamed = (key === "source" && at.at(-2) === "files") || at.at(-1) === "envFile";
      if (isNamed && typeof inner === "string") found.push({ name: inner, at: path, limit: CONFIG_FILE });
      visit(inner, path);
    }
  };
  visit({ services: registry.services, defaults: registry.defaults, environments: registry.environments }, []);
  return found;
}

/** An env file is written out as it stands: what it seems to ask for would be a lie. */
function envFileProblems(name: string, text: string, where: string): Finding[] {
  return Object.entries(parseEnvFile(text)).flatMap(([variable, value]): Finding[] => {
    const code = envName.safeParse(variable).success ? "REFERENCE_NOT_HERE" : "ENV_NAME";
    if (code === "ENV_NAME") {
      const fix = "rename it, or remove its line";
      return [{ code, severity: "error", where, message: `${name}: "${variable}" cannot be a variable's name`, fix }];
    }
    if (!value.includes("${services.") && !value.includes("${parameters.")) return [];
    const message = `${name}: references are not resolved in env files (${variable})`;
    return [{ code, severity: "error", where, message, fix: `move ${variable} to "env"` }];
  });
}

async function readNamedFile(root: string, { name, limit }: NamedFile, where: string): Promise<string | Finding> {
  const path = normalize(join(root, name));
  const refused = (code: string, message: string, fix: string): Finding => ({
    code,
    severity: "error",
    where,
    message,
    fix,
  });
  if (isAbsolute(name) || isOutside(root, path))
    return refused("FILE_OUTSIDE", `"${name}" leaves the folder of ${REGISTRY_FILE}`, "name a file below it");
  try {
    // A link could lead out of the repository just as well.
    if (isOutside(await realpath(root), await realpath(path)))
      return refused(
        "FILE_OUTSIDE",
        `"${name}" is a link that leads out of the folder of ${REGISTRY_FILE}`,
        "copy the file",
      );
    const stats = await stat(path);
    if (!stats.isFile())
      return refused("FILE_NOT_FOUND", `"${name}" is no plain file`, "name a file: correct the path");
    if (stats.size > limit.bytes)
      return refused("FILE_TOO_LARGE", `the file "${name}" has ${stats.size} bytes: ${limit.reason}`, limit.fix);
    const content = await readFile(path);
    const text = content.toString("utf8");
    const character = isUtf8(content) ? lostInKustomize(text) : "bytes that are no text";
    if (character === null) return text;
    return refused(
      "FILE_LOST",
      `the file "${name}" holds ${character}, which kustomize cannot carry`,
      `${limit.fix}, or remove what is no text from it`,
    );
  } catch (error) {
    if (!isNodeError(error)) throw error;
    return refused(
      "FILE_NOT_FOUND",
      `the file "${name}" cannot be read (${error.code})`,
      `create it, relative to ${REGISTRY_FILE}, or correct the path`,
    );
  }
}

function isOutside(root: string, path: string): boolean {
  const way = relative(root, path);
  return isAbsolute(way) || way.split(sep)[0] === "..";
}
