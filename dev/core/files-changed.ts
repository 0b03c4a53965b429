import { affectedImages } from "./affected.ts";
import { isDelivered } from "./current.ts";
import type { ServiceState, State } from "./state.ts";
import type { Step } from "./step.ts";
import type { WatchRule } from "./target.ts";
import { usersOf, withService } from "./updates.ts";

/**
 * What a batch of changed files, relative to the root, means: the registry is read again, images get another content,
 * files are to be copied into containers, pods to be replaced. Pure.
 */
export function filesChanged(state: State, paths: readonly string[], atMs: number): State {
  const isInput = paths.some((path) => state.target?.inputPaths.includes(path));
  const read = { ...state, inputChanges: state.inputChanges + (isInput ? 1 : 0) };
  const built = imagesToBuild(read, paths).reduce((next, reference) => imageChanged(next, reference, atMs), read);
  return [...built.services.values()].reduce((next, service) => followed(next, service, paths, atMs), built);
}

/**
 * Images whose content is no longer what runs. A file that can be copied into every container it concerns is no reason
 * to build, unless something else of the same image is.
 */
export function imagesToBuild(state: State, paths: readonly string[]): string[] {
  const images = state.target?.images ?? [];
  return affectedImages(images, paths).filter((reference) => {
    const inside = paths.filter((path) => affectedImages(images, [path]).includes(reference));
    const users = usersOf(state, reference);
    return users.length === 0 || inside.some((path) => users.some((service) => !isFollowed(state, service, path)));
  });
}

/** Whether a rule of the service takes care of a changed file without an image. */
function isFollowed(state: State, service: ServiceState, path: string): boolean {
  const rule = ruleFor(service, path);
  return rule !== null && rule.action !== "rebuild" && (rule.action === "restart" || isSyncable(state, service));
}

/** The first rule counts. */
export function ruleFor({ target }: ServiceState, path: string): WatchRule | null {
  return target.watch.find((rule) => rule.matches(path)) ?? null;
}

/** Whether what runs is what was last built: only then is a file all that is missing. */
function isSyncable(state: State, { target, sync, wanted, applied, isDisabled }: ServiceState): boolean {
  return (
    !sync.isOff &&
    !isDisabled &&
    wanted !== null &&
    applied === wanted.digest &&
    target.images.every((reference) => isDelivered(state, reference))
  );
}

/** Rules act only where nothing is built: a new image has the files, and its pods are new. */
function followed(state: State, service: ServiceState, paths: readonly string[], atMs: number): State {
  const { name } = service.target;
  const actions = new Map(paths.map((path) => [path, ruleFor(service, path)?.action ?? "rebuild"]));
  const copied = paths.filter((path) => actions.get(path)?.startsWith("sync"));
  const isRestarted = paths.some((path) => actions.get(path) === "restart");
  let next = state;
  if (isRestarted) next = withService(next, name, { restarts: service.restarts + 1, changedAtMs: atMs });
  if (copied.length === 0 || !isSyncable(state, service)) return next;
  const batches = service.sync.batches + 1;
  const pending = new Map([...service.sync.pending, ...copied.map((path) => [path, batches] as const)]);
  return withService(next, name, { sync: { ...service.sync, batches, pending }, changedAtMs: atMs });
}

function imageChanged(state: State, reference: string, atMs: number): State {
  const image = state.images.get(reference);
  if (!image) return state;
  const users = usersOf(state, reference).map(({ target }) => target.name);
  const isConcerned = (step: Step): boolean =>
    ("image" in step && step.image.reference === reference) ||
    ("service" in step && users.includes(typeof step.service === "string" ? step.service : step.service.name));
  const failures = new Map([...state.failures].filter(([, { step }]) => !isConcerned(step)));
  const images = new Map(state.images).set(reference, { ...image, changes: image.changes + 1 });
  const changed: State = { ...state, images, failures };
  return users.reduce((next, name) => withService(next, name, { changedAtMs: atMs }), changed);
}
