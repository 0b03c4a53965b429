import type { Registry } from "../schema.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";
import { readsOf } from "./sources.ts";

type Written = NonNullable<Registry["secrets"]>[string];

const PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson";

/** A Secret that somebody else makes can be made: its store or its file is named; one for pulling images is such. */
export const secrets: ServiceRule = (effective, scope) => [
  ...readsOf(effective).flatMap(({ from, path }) => ("secret" in from ? sourceProblems(from.secret, path, scope) : [])),
  ...(effective.service.imagePullSecrets ?? []).flatMap((name, i) => {
    const path = ["imagePullSecrets", i];
    return [...pullProblems(name, path, scope), ...sourceProblems(name, path, scope)];
  }),
];

function declared(name: string, { registry }: Scope): Written | undefined {
  return new Map(Object.entries(registry.secrets ?? {})).get(name);
}

function sourceProblems(name: string, path: Problem["path"], scope: Scope): Problem[] {
  const written = declared(name, scope);
  const settings = scope.registry.environments[scope.environment ?? ""];
  const from = settings?.secrets?.[name]?.from ?? written?.from;
  if (!written || !settings) return [];
  if (from === "envFile" && written.envFile === undefined) {
    const message = `the secret "${name}" comes from an env file in environment ${scope.environment}, but names none`;
    return [{ code: "SECRET_ENV_FILE", path, message, fix: `add "envFile" to secrets.${name}` }];
  }
  if (from !== "externalSecret" || written.externalSecret?.store || settings.secretStore) return [];
  const message = `the secret "${name}" comes from a store in environment ${scope.environment}, but none is named`;
  const fix = `add "secretStore" to environments.${scope.environment}, or "externalSecret": {"store": …} to secrets.${name}`;
  return [{ code: "SECRET_STORE_MISSING", path, message, fix }];
}

/** One that the registry does not declare is somebody's who runs the cluster. */
function pullProblems(name: string, path: Problem["path"], scope: Scope): Problem[] {
  const written = declared(name, scope);
  if (!written || written.type === PULL_SECRET_TYPE) return [];
  const message = `the secret "${name}" is for pulling images, but its type is ${written.type ?? "Opaque"}`;
  return [{ code: "SECRET_TYPE", path, message, fix: `add "type": "${PULL_SECRET_TYPE}" to secrets.${name}` }];
}
