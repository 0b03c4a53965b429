import { suggestion } from "../../lib/text.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** Every dependency exists, runs in this environment, has the ports that are named, and none leads back. */
export const dependencies: ServiceRule = (effective, scope) =>
  Object.entries(effective.service.dependsOn ?? {}).flatMap(([target, { ports = [] }]) => {
    const path = ["dependsOn", target];
    const other = scope.services.get(target);
    if (!other) return [dangling(target, path, scope)];
    if (other.service.kind === "Image") return [onImage(target, path)];
    const known = Object.keys(other.service.ports ?? {});
    return [
      ...ports.flatMap((port, i) => {
        const message = `${target} has no port "${port}"`;
        const at = [...path, "ports", i];
        return known.includes(port)
          ? []
          : [{ code: "DEPENDENCY_PORT", path: at, message, fix: suggestion(port, known) }];
      }),
      ...cycle(effective.name, target, path, scope),
    ];
  });

function dangling(target: string, path: readonly string[], scope: Scope): Problem {
  const names = [...scope.services.keys()];
  if (!Object.hasOwn(scope.registry.services, target))
    return {
      code: "DEPENDENCY_UNKNOWN",
      path,
      message: `dependsOn names "${target}", which is no service`,
      fix: suggestion(target, names),
    };
  return {
    code: "DEPENDENCY_ABSENT",
    path,
    message: `"${target}" is removed in environment ${scope.environment}`,
    fix: `remove the dependency there too: "environments": {"${scope.environment}": {"dependsOn": {"${target}": null}}}`,
  };
}

function onImage(target: string, path: readonly string[]): Problem {
  const fix = `remove it; to build on it write "build": {"additionalContexts": {"base": "service:${target}"}}`;
  return { code: "DEPENDENCY_IMAGE", path, message: `"${target}" is an Image: it never runs`, fix };
}

/** Reported once per cycle, at its alphabetically first member. */
function cycle(from: string, to: string, path: readonly string[], scope: Scope): Problem[] {
  const way = wayBack(to, from, scope, new Set());
  if (!way) return [];
  const members = [from, ...way.slice(0, -1)];
  if (members.some((member) => member < from)) return [];
  const message = `dependsOn runs in a circle: ${[from, ...way].join(" → ")}`;
  return [
    {
      code: "DEPENDENCY_CYCLE",
      path,
      message,
      fix: "remove one of the edges; what only needs the address may use ${services.<name>.host} without dependsOn",
    },
  ];
}

function wayBack(at: string, goal: string, scope: Scope, seen: Set<string>): readonly string[] | null {
  if (at === goal) return [at];
  if (seen.has(at)) return null;
  seen.add(at);
  for (const next of Object.keys(scope.services.get(at)?.service.dependsOn ?? {})) {
    const way = wayBack(next, goal, scope, seen);
    if (way) return [at, ...way];
  }
  return null;
}
