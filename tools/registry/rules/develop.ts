import { posix } from "node:path";
import { SYNC_NAME, folderOf, isCopied, isRestarted, isWithin, placedFolders, programOf } from "../develop.ts";
import type { WatchEntry } from "../schema/develop.ts";
import type { Service } from "../schema/service.ts";
import type { Path } from "../source.ts";
import { outside } from "./paths.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** Rules of `develop.watch` say all that they need and nothing that is lost, and each can become true. */
export const develop: ServiceRule = ({ service }, scope) => {
  const rules = service.develop?.watch ?? [];
  return [
    ...rules.flatMap((rule, i) => ruleProblems(rule, ["develop", "watch", i], service, scope)),
    ...unreachable(rules),
    ...restartProblems(service, scope),
    ...nameProblems(service),
  ];
};

const NEVER_COPIED: readonly (string | undefined)[] = ["Job", "CronJob", "Image"];

function ruleProblems(rule: WatchEntry, at: Path, service: Service, scope: Scope): Problem[] {
  const { action, path, target } = rule;
  if (NEVER_COPIED.includes(service.kind) && action !== "rebuild")
    return [
      {
        code: "WATCH_KIND",
        path: [...at, "action"],
        message: `a ${service.kind} has no container that keeps running: nothing is copied into it or started again`,
        fix: "remove the rule: the loop builds what changed by itself",
      },
    ];
  return [
    ...outside(path, path, [...at, "path"]),
    ...fieldProblems(rule, at),
    ...(isCopied(rule) && target !== undefined ? targetProblems(rule, at, service) : []),
    ...(action === "rebuild" ? rebuildProblems(path, at, service, scope) : []),
  ];
}

/** What an action needs, and what says nothing for it. */
function fieldProblems(rule: WatchEntry, at: Path): Problem[] {
  const { action } = rule;
  const needed = { target: isCopied(rule), exec: action === "sync+exec" };
  const missing = (["target", "exec"] as const).filter((field) => needed[field] && rule[field] === undefined);
  const stray = (["target", "exec", "initialSync"] as const).filter(
    (field) => rule[field] !== undefined && !(field === "exec" ? needed.exec : needed.target),
  );
  const example = { target: '"target": "/app"', exec: '"exec": {"command": ["…"]}' };
  return [
    ...missing.map((field) => ({
      code: "WATCH_INCOMPLETE",
      path: at,
      message: `${action} says no ${field}`,
      fix: `add ${example[field]}`,
    })),
    ...stray.map((field) => ({
      code: "WATCH_FIELD",
      path: [...at, field],
      message: `${field} says nothing for ${action}`,
      fix: `remove it, or write another action`,
    })),
  ];
}

/** Where nothing can be written. */
function targetProblems(rule: WatchEntry, at: Path, service: Service): Problem[] {
  const folder = folderOf(rule);
  const path = [...at, "target"];
  const problem = (message: string, fix: string): Problem[] => [{ code: "WATCH_TARGET", path, message, fix }];
  if (["/", "/proc", "/sys", "/dev"].some((one) => one === folder || (one !== "/" && isWithin(folder, one))))
    return problem(`nothing is copied into ${folder}`, "name the folder in which the program has its files");
  const file = Object.keys(service.files ?? {}).find((one) => isWithin(posix.normalize(rule.target ?? ""), one));
  if (file !== undefined) return problem(`${file} comes from "files", and is read-only`, "remove one of the two");
  const mounts = Object.entries(service.volumes ?? {}).filter(([, { mountPath }]) => isWithin(folder, mountPath));
  const [name, volume] = mounts.toSorted(([, a], [, b]) => b.mountPath.length - a.mountPath.length)[0] ?? [];
  if (!volume?.readOnly) return [];
  return problem(`the volume "${name}" at ${volume.mountPath} is read-only`, "remove its readOnly, or the rule");
}

/** An image is made from its contexts: what lies elsewhere changes nothing in it. */
function rebuildProblems(path: string, at: Path, service: Service, { registry }: Scope): Problem[] {
  const contexts = contextsOf(service, registry);
  const way = posix.normalize(path);
  if (contexts.some((context) => isInside(way, context) || isInside(context, way))) return [];
  const where =
    contexts.length === 0 ? "no image of it is built here" : `its image is built from ${contexts.join(", ")}`;
  return [
    {
      code: "WATCH_REBUILD",
      path: [...at, "path"],
      message: `${where}: ${path} is no part of it`,
      fix: "remove the rule",
    },
  ];
}

function contextsOf(service: Service, registry: Scope["registry"]): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (build: Service["build"]): void => {
    if (!build) return;
    found.push(posix.normalize(build.context));
    for (const context of Object.values(build.additionalContexts ?? {})) {
      const name = context.slice("service:".length);
      if (seen.has(name)) continue;
      seen.add(name);
      visit(registry.services[name]?.build);
    }
  };
  visit(service.build);
  return found;
}

/** The first rule counts: one that follows another which takes all of its files never does anything. */
function unreachable(rules: readonly WatchEntry[]): Problem[] {
  return rules.flatMap((rule, i) => {
    const before = rules.findIndex(
      (other, j) => j < i && !other.include && !other.ignore && isInside(rule.path, other.path),
    );
    if (before < 0) return [];
    const message = `rule ${before + 1} (${rules[before]?.path}) takes every file of ${rule.path}: the first rule that is about a file counts`;
    const fix = "move it before that rule, or give that one an ignore";
    return [{ code: "WATCH_UNREACHABLE", path: ["develop", "watch", i], message, fix }];
  });
}

function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [path, folder].map((one) => posix.normalize(one).replace(/\/+$/, ""));
  return outer === "." || inner === outer || (inner?.startsWith(`${outer}/`) ?? false);
}

/** Whoever starts a program again must know how it is started. */
function restartProblems(service: Service, { registry, environment }: Scope): Problem[] {
  const isLocal = registry.environments[environment ?? ""]?.profile === "local";
  if (!isLocal || !isRestarted(service) || programOf(service) !== null) return [];
  const i = (service.develop?.watch ?? []).findIndex(({ action }) => action === "sync+restart");
  return [
    {
      code: "WATCH_RESTART",
      severity: "warning",
      path: ["develop", "watch", i, "action"],
      message: "only the image says what runs, so the whole container is started again, which takes seconds",
      fix: 'add "develop": {"command": ["…"]} with the ENTRYPOINT and CMD of its Dockerfile',
    },
  ];
}

function nameProblems(service: Service): Problem[] {
  if (placedFolders(service).length === 0) return [];
  const taken = [
    ...Object.keys(service.volumes ?? {}).map((name) => ({ name, path: ["volumes", name] })),
    ...Object.keys(service.sidecars ?? {}).map((name) => ({ name, path: ["sidecars", name] })),
    ...(service.initContainers ?? []).map(({ name }, i) => ({ name, path: ["initContainers", i, "name"] })),
  ];
  return taken
    .filter(({ name }) => name === SYNC_NAME)
    .map(({ path }) => ({
      code: "NAME_RESERVED",
      path,
      message: `the pod has a "${SYNC_NAME}" already: what develop.watch copies lies there`,
      fix: "rename it",
    }));
}
