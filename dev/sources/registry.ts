import { join, posix } from "node:path";
import { type Finding, userError } from "../../tools/lib/errors.ts";
import { listed, suggestion } from "../../tools/lib/text.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import type { Registry } from "../../tools/registry/schema.ts";
import { readIgnore } from "../../tools/sources/ignore.ts";
import { isBelow } from "../core/affected.ts";
import type { Target } from "../core/target.ts";
import { targetOf } from "./target.ts";

export interface Selection {
  /** Null: the first environment whose profile is local. */
  readonly environment: string | null;
  /** Null: every service. */
  readonly only: readonly string[] | null;
}

export interface ReadTarget {
  readonly target: Target;
  readonly inputs: Inputs;
  readonly warnings: readonly Finding[];
}

/** Reads the registry below `root` and what should run. Throws a `UserError` with everything that is wrong with it. */
export async function readTarget(root: string, selection: Selection): Promise<ReadTarget> {
  const { inputs, warnings } = await readInputs(root);
  const environment = localEnvironment(inputs.registry, selection.environment);
  const only = selection.only === null ? null : knownServices(inputs.registry, selection.only);
  const isIgnored = await ignoredPaths(root, targetOf(inputs, environment, only));
  return { target: targetOf(inputs, environment, only, isIgnored), inputs, warnings };
}

/** Whether a path is in some build context, and left out of it. */
async function ignoredPaths(root: string, { images }: Target): Promise<(path: string) => boolean> {
  const contexts = images.map(async ({ build: { context, dockerfile } }) => ({
    folder: posix.normalize(context).replace(/\/$/, ""),
    ignore: await readIgnore(join(root, context), dockerfile),
  }));
  const known = await Promise.all(contexts);
  return (path) => {
    const within = known.filter(({ folder }) => isBelow(path, folder) && path !== folder);
    const inside = (folder: string): string => (folder === "." ? path : path.slice(folder.length + 1));
    return within.length > 0 && within.every(({ folder, ignore }) => ignore.ignores(inside(folder)));
  };
}

/** The loop runs local environments and no others: what staging, airgap and prod describe is never applied from here. */
export function localEnvironment(registry: Registry, wanted: string | null): string {
  const environments = Object.entries(registry.environments);
  const local = environments.filter(([, { profile }]) => profile === "local").map(([name]) => name);
  const [first] = local;
  if (wanted === null && first !== undefined) return first;
  if (wanted === null)
    throw userError(
      "ENVIRONMENT_NOT_LOCAL",
      "services.json",
      "no environment has the profile local",
      'add one: "environments": {"local": {"profile": "local"}}',
    );
  const found = registry.environments[wanted];
  if (!found)
    throw userError(
      "ENVIRONMENT_UNKNOWN",
      "--env",
      `there is no environment "${wanted}"`,
      suggestion(wanted, Object.keys(registry.environments)),
    );
  if (found.profile === "local") return wanted;
  throw userError(
    "ENVIRONMENT_NOT_LOCAL",
    "--env",
    `the environment "${wanted}" has the profile ${found.profile}, and the loop applies local ones only`,
    `use one of: ${listed(local)}; ${wanted} is applied with kubectl apply -k overlays/${wanted}`,
  );
}

function knownServices(registry: Registry, names: readonly string[]): readonly string[] {
  const known = Object.keys(registry.services);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw userError("SERVICE_UNKNOWN", "--only", `there is no service "${unknown}"`, suggestion(unknown, known));
  return names;
}
