import type { Finding } from "../../tools/lib/errors.ts";
import { isDelivered } from "./current.ts";
import type { StepResult } from "./events.ts";
import type { Failure, ServiceState, State } from "./state.ts";
import type { ApplyStep, DigestStep, Step, SyncStep } from "./step.ts";
import { redrawn, usersOf, withImage, withService, withTarget } from "./updates.ts";

// What the beginning and each kind of end of a step changes. Pure.

export function started(state: State, step: Step): State {
  const next = { ...state, running: new Map(state.running).set(step.key, step) };
  // What is about to be replaced has no trouble that is still worth telling.
  return step.type === "apply" ? withService(next, step.service, { ready: null, trouble: null }) : next;
}

export function finished(before: State, step: Step, result: StepResult, atMs: number): State {
  const state = ended(before, step);
  if (result.type === "read") return withTarget(state, result.target, atMs);
  switch (step.type) {
    case "prepare":
      return { ...state, prepared: step.key };
    case "prune":
      return { ...state, pruned: step.key };
    case "digest":
      return result.type === "digested" ? digested(state, step, result.tag, atMs) : state;
    case "build":
      return withImage(state, step.image.reference, { builtTag: step.tag, rebuilt: step.rebuilds });
    case "deliver":
      return delivered(state, step.image.reference, step.tag, atMs);
    case "apply":
      return applied(state, step);
    case "restart":
      return withService(state, step.service, { restarted: step.restarts, ready: null });
    case "observe":
      return withService(state, step.service, { ready: step.drawing.digest, trouble: null, changedAtMs: null });
    case "sync":
      return synced(state, step);
    case "read":
      return state;
  }
}

export function failed(before: State, step: Step, findings: readonly Finding[]): State {
  const state = ended(before, step);
  if (step.type === "sync") return unsynced(state, step);
  if (step.type === "build" && isOvertaken(findings)) return lookedAtAgain(state, [step.image.reference]);
  return { ...state, failures: new Map(state.failures).set(step.key, { step, findings }) };
}

export function cancelled(before: State, step: Step): State {
  const state = ended(before, step);
  // Nobody knows how much of a cancelled apply has reached the cluster.
  return step.type === "apply" ? withService(state, step.service, { applied: null, ready: null }) : state;
}

/** What nobody at the other end has answered, and what therefore is worth another try. */
const UNREACHABLE: readonly string[] = ["CLUSTER_UNREACHABLE", "ENGINE_UNREACHABLE", "NODE_OUT_OF_REACH"];

export function isRetryable(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => UNREACHABLE.includes(code));
}

/** Files changed while they were packed. Their change may have been told before this was: it cannot be waited for. */
export function isOvertaken(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => code === "CONTEXT_CHANGED");
}

export function retried(state: State): State {
  return { ...state, failures: new Map([...state.failures].filter(([, { findings }]) => !isRetryable(findings))) };
}

function ended(state: State, step: Step): State {
  const running = new Map(state.running);
  running.delete(step.key);
  return { ...state, running };
}

function applied(state: State, { service, drawing }: ApplyStep): State {
  const isOff = serviceOf(state, service)?.isDisabled;
  return withService(state, service, { applied: drawing.digest, ...(!isOff && { isStarted: true }) });
}

function digested(state: State, { image, key }: DigestStep, tag: string, atMs: number): State {
  const { reference } = image;
  // That another content could not be built says nothing about this one.
  const isObsolete = ({ step }: Failure): boolean =>
    (step.type === "build" || step.type === "deliver") && step.image.reference === reference && step.tag !== tag;
  const failures = new Map([...state.failures].filter(([, failure]) => !isObsolete(failure)));
  const next = withImage({ ...state, failures }, reference, { tag, digestedKey: key });
  // Also of images that are built on it: that it is what it was makes them current again.
  return usersOf(next, reference).reduce((drawn, { target }) => arrivedBefore(drawn, target.name, atMs), next);
}

/** The cluster has this content already: perhaps since a moment ago, while nobody knew yet that it was the one. */
function arrivedBefore(state: State, name: string, atMs: number): State {
  const service = serviceOf(state, name);
  if (!service?.target.images.every((reference) => isDelivered(state, reference))) return state;
  const drawn = redrawn(state, name, atMs);
  if (serviceOf(drawn, name)?.wanted?.digest !== service.wanted?.digest) return drawn;
  const isSettled = service.applied !== null && service.applied === service.ready;
  return isSettled ? withService(state, name, { changedAtMs: null }) : state;
}

function delivered(state: State, reference: string, tag: string, atMs: number): State {
  const next = withImage(state, reference, { deliveredTag: tag });
  const users = [...next.services.values()].filter(({ target }) => target.images.includes(reference));
  return users.reduce((drawn, { target, sync }) => {
    // The new image has everything that its predecessor's containers were given.
    const settled = withService(drawn, target.name, { sync: { ...sync, pending: new Map(), isOff: false } });
    return redrawn(settled, target.name, atMs);
  }, next);
}

/** What changed once more meanwhile is still to be done. */
function synced(state: State, { service, batch }: SyncStep): State {
  const { sync } = serviceOf(state, service.name) ?? {};
  if (!sync) return state;
  const pending = new Map([...sync.pending].filter(([, changedIn]) => changedIn > batch));
  const change = pending.size === 0 ? { changedAtMs: null } : {};
  return withService(state, service.name, { sync: { ...sync, pending }, ...change });
}

/** What cannot be copied is built. */
function unsynced(state: State, { service }: SyncStep): State {
  const { sync, target } = serviceOf(state, service.name) ?? {};
  if (!sync || !target) return state;
  const off = withService(state, service.name, { sync: { ...sync, pending: new Map(), isOff: true } });
  return lookedAtAgain(off, target.images);
}

/** As if a file had changed: nobody knows what the content is. */
function lookedAtAgain(state: State, references: readonly string[]): State {
  return references.reduce(
    (next, reference) => withImage(next, reference, { changes: (next.images.get(reference)?.changes ?? 0) + 1 }),
    state,
  );
}

function serviceOf(state: State, name: string): ServiceState | undefined {
  return state.services.get(name);
}
