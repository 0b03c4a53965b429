import { isBelow } from "../../dev/core/affected.ts";
import type { LoopEvent } from "../../dev/core/events.ts";
import { type Limits, plan } from "../../dev/core/plan.ts";
import { type State, initialState, reduce } from "../../dev/core/state.ts";
import type { Drawing, ImageTarget, ServiceTarget, Target, WatchRule } from "../../dev/core/target.ts";

export const NO_LIMITS: Limits = { parallel: {}, isOnce: false };

export function anImage(name: string, more: Partial<ImageTarget> = {}): ImageTarget {
  const build = {
    context: `services/${name}`,
    dockerfile: "Dockerfile",
    target: null,
    args: {},
    contexts: {},
    secrets: {},
    ssh: [],
    cacheFrom: [],
    platforms: [],
  };
  return { reference: `acme/${name}:dev`, name, build, bases: [], isRun: true, ...more };
}

export function aService(name: string, more: Partial<ServiceTarget> = {}): ServiceTarget {
  return { name, namespace: "acme", images: [`acme/${name}:dev`], dependsOn: [], forwards: [], watch: [], ...more };
}

/** A platform whose objects are one Deployment per service, with its images. `version`: of the registry. */
export function aTarget(images: readonly ImageTarget[], services: readonly ServiceTarget[], version = 1): Target {
  const draw = (service: string, tags: ReadonlyMap<string, string>): Drawing => {
    const objects = [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: service, namespace: "acme" },
        spec: { images: [...tags.values()], version },
      },
    ];
    return { objects, digest: JSON.stringify(objects) };
  };
  return {
    environment: "local",
    inputPaths: ["services.json"],
    images,
    services,
    everyService: services.map(({ name }) => name),
    shared: { objects: [], digest: "shared" },
    sharedFolders: ["namespaces"],
    secrets: [],
    draw,
  };
}

/** base ← core → db: an image that core is built on, and a service that is not built here. */
export function aPlatform(version = 1): Target {
  const images = [anImage("base", { isRun: false }), anImage("core", { bases: ["acme/base:dev"] })];
  return aTarget(
    images,
    [aService("db", { images: [] }), aService("core", { dependsOn: [{ service: "db", condition: "healthy" }] })],
    version,
  );
}

/** `digest core`, `apply db`: what the plan wants, in short. */
export function planned(state: State, limits = NO_LIMITS): string[] {
  return plan(state, limits).steps.map(({ type, subject }) => `${type} ${subject}`);
}

/** `core: base-not-built base` */
export function held(state: State, limits = NO_LIMITS): string[] {
  return plan(state, limits).holds.map(({ subject, reason, on }) => `${subject}: ${reason} ${on.join(",")}`.trim());
}

/** The state after the target was read. */
export function begun(target: Target): State {
  return reduce(initialState, { type: "target-read", target, atMs: 0 });
}

/** Runs what the plan wants, with instant success, until nothing is left; tags carry the number of changes of their image, and the rebuild. */
export function settle(state: State, atMs = 0): State {
  for (let next = plan(state, NO_LIMITS).steps[0]; next; next = plan(state, NO_LIMITS).steps[0])
    state = reduce(state, succeeded(state, next, atMs));
  return state;
}

export function succeeded(state: State, step: ReturnType<typeof plan>["steps"][number], atMs = 0): LoopEvent {
  const common = { type: "step-finished", step, ms: 1, atMs } as const;
  if (step.type === "digest") {
    const bases = [...step.bases.values()].map((tag) => tag.split(":")[1]);
    const changes = state.images.get(step.image.reference)?.changes ?? 0;
    const rebuild = step.rebuilds > 0 ? [`r${step.rebuilds}`] : [];
    const tag = `acme/${step.image.name}:${[changes, ...rebuild, ...bases].join("-")}`;
    return { ...common, result: { type: "digested", tag } };
  }
  if (step.type === "build" || step.type === "deliver")
    return { ...common, result: { type: step.type === "build" ? "built" : "delivered", isCached: false } };
  if (step.type === "prepare") return { ...common, result: { type: "prepared" } };
  if (step.type === "apply") return { ...common, result: { type: "applied", objects: 1 } };
  if (step.type === "prune") return { ...common, result: { type: "pruned", objects: [] } };
  if (step.type === "sync") return { ...common, result: { type: "synced" } };
  if (step.type === "restart") return { ...common, result: { type: "restarted" } };
  if (step.type === "observe") return { ...common, result: { type: "ready" } };
  throw new Error("a re-read needs a target");
}

/** A rule for everything below a folder, as `develop.watch` gives it. */
export function aRule(action: WatchRule["action"], path: string, more: Partial<WatchRule> = {}): WatchRule {
  const target = action.startsWith("sync") ? "/app" : null;
  return {
    action,
    path,
    target,
    matches: (one) => isBelow(one, path),
    ignore: [],
    initialSync: false,
    exec: null,
    ...more,
  };
}
