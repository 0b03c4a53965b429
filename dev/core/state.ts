import type { Finding } from "../../tools/lib/errors.ts";
import { affectedImages } from "./affected.ts";
import { currentTag, isAllReady, isDelivered } from "./current.ts";
import type { LoopEvent, StepResult } from "./events.ts";
import type { Step } from "./step.ts";
import type { Drawing, ImageTarget, ServiceTarget, Target } from "./target.ts";

export interface ImageState {
  readonly target: ImageTarget;
  /** How often files of its context have changed. */
  readonly changes: number;
  /** Of what `tag` is the digest: see `digestKey`. */
  readonly digestedKey: string | null;
  /** Reference with the content's digest as its tag, `mage/core:3f2a9c41d0be`. */
  readonly tag: string | null;
  readonly builtTag: string | null;
  readonly deliveredTag: string | null;
}

export interface ServiceState {
  readonly target: ServiceTarget;
  /** What should be in the cluster; null until its images have been delivered once. */
  readonly wanted: Drawing | null;
  /** Digests of what was last applied, and of what was last Ready. */
  readonly applied: string | null;
  readonly ready: string | null;
  readonly trouble: Trouble | null;
  /** When the oldest change that is not Ready yet was noticed. */
  readonly changedAtMs: number | null;
}

export interface Trouble {
  readonly finding: Finding;
  readonly isFinal: boolean;
}

export interface State {
  readonly target: Target | null;
  readonly images: ReadonlyMap<string, ImageState>;
  readonly services: ReadonlyMap<string, ServiceState>;
  readonly prepared: string | null;
  /** How often the registry or a file that it names has changed, and which of these was read last. */
  readonly inputChanges: number;
  readonly inputsRead: number;
  /** By key; cancelled ones too until they are gone. */
  readonly running: ReadonlyMap<string, Step>;
  readonly failures: ReadonlyMap<string, { readonly step: Step; readonly findings: readonly Finding[] }>;
  /** Whether there was a moment at which everything was Ready. */
  readonly hasBeenReady: boolean;
  readonly isStopping: boolean;
}

export const initialState: State = {
  target: null,
  images: new Map(),
  services: new Map(),
  prepared: null,
  inputChanges: 0,
  inputsRead: 0,
  running: new Map(),
  failures: new Map(),
  hasBeenReady: false,
  isStopping: false,
};

/** The state after an event. Pure: everything that the loop knows has come through here. */
export function reduce(state: State, event: LoopEvent): State {
  const next = after(state, event);
  return next.hasBeenReady || !isAllReady(next) ? next : { ...next, hasBeenReady: true };
}

function after(state: State, event: LoopEvent): State {
  switch (event.type) {
    case "target-read":
      return withTarget(state, event.target, event.atMs);
    case "files-changed":
      return filesChanged(state, event.paths, event.atMs);
    case "step-started":
      return started({ ...state, running: new Map(state.running).set(event.step.key, event.step) }, event.step);
    case "step-finished":
      return finished(ended(state, event.step), event.step, event.result, event.atMs);
    case "step-failed":
      return {
        ...ended(state, event.step),
        failures: new Map(state.failures).set(event.step.key, { step: event.step, findings: event.findings }),
      };
    case "step-cancelled":
      return cancelled(ended(state, event.step), event.step);
    case "service-troubled":
      return withService(state, event.service, { trouble: { finding: event.finding, isFinal: event.isFinal } });
    case "service-recovered":
      return withService(state, event.service, { trouble: null });
    case "stop-requested":
      return { ...state, isStopping: true };
    case "drifted":
    case "commanded":
    case "noticed":
      return state;
  }
}

function withTarget(state: State, target: Target, atMs: number): State {
  const images = new Map(
    target.images.map((image) => [
      image.reference,
      { ...(state.images.get(image.reference) ?? newImage), target: image },
    ]),
  );
  const services = new Map(
    target.services.map((service) => [
      service.name,
      { ...(state.services.get(service.name) ?? newService), target: service },
    ]),
  );
  // A new registry is a new chance for everything that failed.
  const next: State = { ...state, target, images, services, inputsRead: state.inputChanges, failures: new Map() };
  return target.services.reduce((drawn, { name }) => redrawn(drawn, name, atMs), next);
}

const newImage: Omit<ImageState, "target"> = {
  changes: 0,
  digestedKey: null,
  tag: null,
  builtTag: null,
  deliveredTag: null,
};
const newService: Omit<ServiceState, "target"> = {
  wanted: null,
  applied: null,
  ready: null,
  trouble: null,
  changedAtMs: null,
};

/** Draws a service again, once all its images are where the cluster finds them. */
function redrawn(state: State, name: string, atMs: number): State {
  const service = state.services.get(name);
  if (!service || !state.target || !service.target.images.every((reference) => isDelivered(state, reference)))
    return state;
  const tags = new Map(
    service.target.images.map((reference) => [reference, currentTag(state, reference) ?? reference]),
  );
  const wanted = state.target.draw(name, tags);
  const isNew = wanted.digest !== service.wanted?.digest;
  // Before the first time there is no change that anybody waits for.
  const sinceMs = service.wanted === null ? null : atMs;
  return withService(state, name, { wanted, changedAtMs: isNew ? (service.changedAtMs ?? sinceMs) : null });
}

function filesChanged(state: State, paths: readonly string[], atMs: number): State {
  const references = affectedImages(state.target?.images ?? [], paths);
  const isInput = paths.some((path) => state.target?.inputPaths.includes(path));
  const next = { ...state, inputChanges: state.inputChanges + (isInput ? 1 : 0) };
  return references.reduce((changed, reference) => imageChanged(changed, reference, atMs), next);
}

function imageChanged(state: State, reference: string, atMs: number): State {
  const image = state.images.get(reference);
  if (!image) return state;
  const users = [...state.services.values()].filter(({ target }) => dependsOnImage(state, target, reference));
  const isConcerned = (step: Step): boolean =>
    ("image" in step && step.image.reference === reference) ||
    users.some(({ target }) => "service" in step && step.service === target.name);
  const failures = new Map([...state.failures].filter(([, { step }]) => !isConcerned(step)));
  const images = new Map(state.images).set(reference, { ...image, changes: image.changes + 1 });
  const stamped = users.map(({ target }) => target.name);
  return stamped.reduce((next, name) => withService(next, name, { changedAtMs: atMs }), {
    ...state,
    images,
    failures,
  } as State);
}

function dependsOnImage(state: State, service: ServiceTarget, reference: string): boolean {
  const reaches = (one: string): boolean =>
    one === reference || (state.images.get(one)?.target.bases ?? []).some(reaches);
  return service.images.some(reaches);
}

function ended(state: State, step: Step): State {
  const running = new Map(state.running);
  running.delete(step.key);
  return { ...state, running };
}

/** What is about to be replaced has no trouble that is still worth telling. */
function started(state: State, step: Step): State {
  return step.type === "apply" ? withService(state, step.service, { ready: null, trouble: null }) : state;
}

/** Nobody knows how much of a cancelled apply has reached the cluster. */
function cancelled(state: State, step: Step): State {
  return step.type === "apply" ? withService(state, step.service, { applied: null, ready: null }) : state;
}

function finished(state: State, step: Step, result: StepResult, atMs: number): State {
  if (result.type === "read") return withTarget(state, result.target, atMs);
  if (step.type === "prepare") return { ...state, prepared: step.target.shared.digest };
  if (step.type === "digest" && result.type === "digested")
    return digested(state, step.image.reference, step.key, result.tag);
  if (step.type === "build") return withImage(state, step.image.reference, { builtTag: step.tag });
  if (step.type === "deliver") return delivered(state, step.image.reference, step.tag, atMs);
  if (step.type === "apply") return withService(state, step.service, { applied: step.drawing.digest });
  if (step.type === "observe")
    return withService(state, step.service, { ready: step.drawing.digest, trouble: null, changedAtMs: null });
  return state;
}

function digested(state: State, reference: string, key: string, tag: string): State {
  const next = withImage(state, reference, { tag, digestedKey: key });
  const unchanged = [...next.services.values()].filter(
    ({ target, applied, ready }) => target.images.includes(reference) && applied !== null && applied === ready,
  );
  // The same content as before: nothing will happen, so nothing is waited for.
  return isDelivered(next, reference)
    ? unchanged.reduce((settled, { target }) => withService(settled, target.name, { changedAtMs: null }), next)
    : next;
}

function delivered(state: State, reference: string, tag: string, atMs: number): State {
  const next = withImage(state, reference, { deliveredTag: tag });
  const users = [...next.services.values()].filter(({ target }) => target.images.includes(reference));
  return users.reduce((drawn, { target }) => redrawn(drawn, target.name, atMs), next);
}

function withImage(state: State, reference: string, change: Partial<ImageState>): State {
  const image = state.images.get(reference);
  return image ? { ...state, images: new Map(state.images).set(reference, { ...image, ...change }) } : state;
}

function withService(state: State, name: string, change: Partial<ServiceState>): State {
  const service = state.services.get(name);
  return service ? { ...state, services: new Map(state.services).set(name, { ...service, ...change }) } : state;
}
