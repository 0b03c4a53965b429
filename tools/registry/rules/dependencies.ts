import { suggestion } from "../../lib/text.ts";
import { type Problem, type Scope, type ServiceRule, oncePerScope } from "./rule.ts";

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
  if (!onCycles(scope).has(from)) return [];
  const way = wayBack(to, from, scope);
  if (!way) return [];
  const message = `dependsOn runs in a circle: ${circle([from, ...way])}`;
  return [
    {
      code: "DEPENDENCY_CYCLE",
      path,
      message,
      fix: "remove one of the edges; what only needs the address may use ${services.<name>.host} without dependsOn",
    },
  ];
}

function circle(way: readonly string[]): string {
  const shown = way.length > MAX_SHOWN ? [...way.slice(0, MAX_SHOWN - 1), "…", ...way.slice(-1)] : way;
  return shown.join(" → ");
}

const MAX_SHOWN = 12;

/** Services that may lie on a circle: what is left when, again and again, those that depend on nothing left are taken away. */
const onCycles = oncePerScope((scope): ReadonlySet<string> => {
  const targets = targetsOf(scope);
  const open = new Map([...targets].map(([name, { length }]) => [name, length]));
  const callers = new Map<string, string[]>();
  for (const [name, all] of targets)
    for (const target of all) callers.set(target, [...(callers.get(target) ?? []), name]);
  const free = new Set([...open].flatMap(([name, count]) => (count === 0 ? [name] : [])));
  // A set that grows is walked to its end.
  for (const name of free)
    for (const caller of callers.get(name) ?? []) {
      const left = (open.get(caller) ?? 0) - 1;
      open.set(caller, left);
      if (left === 0) free.add(caller);
    }
  return new Set([...open.keys()].filter((name) => !free.has(name)));
});

/**
 * The shortest way along the dependencies, both ends included, that leads over no name before the goal's: a circle is
 * told once. Without recursion: it may be as long as there are services.
 */
function wayBack(start: string, goal: string, scope: Scope): readonly string[] | null {
  const targets = targetsOf(scope);
  const cameFrom = new Map<string, string | null>([[start, null]]);
  for (const at of cameFrom.keys()) {
    if (cameFrom.has(goal)) break;
    if (at < goal) continue;
    for (const next of targets.get(at) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, at);
  }
  if (!cameFrom.has(goal)) return null;
  const way: string[] = [];
  for (let at: string | null = goal; at !== null; at = cameFrom.get(at) ?? null) way.push(at);
  return way.toReversed();
}

/** Service → what it waits for, of what runs here. */
const targetsOf = oncePerScope(
  ({ services }) =>
    new Map(
      [...services.values()].map(({ name, service }) => [
        name,
        Object.keys(service.dependsOn ?? {}).filter((target) => services.has(target)),
      ]),
    ),
);
