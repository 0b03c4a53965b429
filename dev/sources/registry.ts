import { type Finding, userError } from "../../tools/lib/errors.ts";
import { listed, suggestion } from "../../tools/lib/text.ts";
import { effectiveServices } from "../../tools/registry/effective.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import type { Registry } from "../../tools/registry/schema.ts";
import type { Target } from "../core/target.ts";
import { chosenServices, withoutMocks } from "./chosen.ts";
import { ignoredPaths } from "./ignored-paths.ts";
import { targetOf } from "./target.ts";

export interface Selection {
  /** Null: the first environment whose profile is local. */
  readonly environment: string | null;
  /** These services and what they depend on; null: every service. */
  readonly only: readonly string[] | null;
  /** Services that are left alone. */
  readonly except?: readonly string[];
  /** Services that run themselves although the environment mocks them. */
  readonly noMock?: readonly string[];
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
  const { only, except = [], noMock = [] } = selection;
  for (const [flag, names] of Object.entries({ "--only": only ?? [], "--except": except, "--no-mock": noMock }))
    knownServices(inputs.registry, flag, names);
  const chosen = withoutMocks(inputs, environment, noMock);
  const names = namesOf(chosen, environment, { only, except });
  const isIgnored = await ignoredPaths(root, targetOf(chosen, environment, names));
  return {
    target: targetOf(chosen, environment, names, isIgnored),
    inputs: chosen,
    warnings,
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

function namesOf(
  { registry }: Inputs,
  environment: string,
  selection: { readonly only: readonly string[] | null; readonly except: readonly string[] },
): readonly string[] | null {
  const effective = effectiveServices(registry, environment);
  const dependencies = new Map(effective.map(({ name, service }) => [name, Object.keys(service.dependsOn ?? {})]));
  return chosenServices([...dependencies.keys()], (name) => dependencies.get(name) ?? [], selection);
}

function knownServices(registry: Registry, flag: string, names: readonly string[]): void {
  const known = Object.keys(registry.services);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw userError("SERVICE_UNKNOWN", flag, `there is no service "${unknown}"`, suggestion(unknown, known));
}
