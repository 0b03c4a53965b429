import type { Candidate, Hold, HoldReason } from "./candidate.ts";
import { currentTag, isDelivered, isPrepared, namesOf } from "./current.ts";
import type { ServiceState, State } from "./state.ts";
import type { Drawing } from "./target.ts";

/** Apply, restart, copy, observe: the first of them that is not done. */
export function serviceCandidates(state: State, service: ServiceState, isOnce: boolean): Candidate[] {
  const { target, wanted, applied, ready } = service;
  const missing = target.images.filter((reference) => !isDelivered(state, reference));
  if (wanted === null || (missing.length > 0 && !service.isDisabled))
    return [hold(service, "image-not-delivered", namesOf(state, missing)), ...underWay(state, service)];
  if (applied !== wanted.digest) return [whyNotApply(state, service) ?? applyStep(service, wanted)];
  if (service.restarted !== service.restarts && !service.isDisabled) return [restartStep(service, wanted)];
  const sync = syncSteps(state, service);
  if (ready === wanted.digest) return sync;
  if (isOnce && service.trouble?.isFinal) return [hold(service, "failed", [target.name])];
  return [...sync, observeStep(service, wanted)];
}

function applyStep({ target: { name }, drifts }: ServiceState, drawing: Drawing): Candidate {
  return { type: "apply", key: `apply ${name} ${drawing.digest} ${drifts}`, subject: name, service: name, drawing };
}

function restartStep({ target: { name }, restarts }: ServiceState, drawing: Drawing): Candidate {
  return { type: "restart", key: `restart ${name} ${restarts}`, subject: name, service: name, restarts, drawing };
}

function observeStep({ target: { name }, restarted, drifts }: ServiceState, drawing: Drawing): Candidate {
  const key = `observe ${name} ${drawing.digest} ${restarted} ${drifts}`;
  return { type: "observe", key, subject: name, service: name, drawing };
}

function syncSteps(state: State, { target, sync }: ServiceState): Candidate[] {
  if (sync.pending.size === 0) return [];
  const [reference] = target.images;
  return [
    {
      type: "sync",
      key: `sync ${target.name} ${sync.batches}`,
      subject: target.name,
      service: target,
      paths: [...sync.pending.keys()],
      batch: sync.batches,
      tag: reference === undefined ? null : currentTag(state, reference),
    },
  ];
}

/** What runs for a service goes on as long as its images may turn out to be the ones that the cluster has. */
function underWay({ running, images }: State, { target, wanted }: ServiceState): Candidate[] {
  const isUnchanged = target.images.every(
    (reference) => images.get(reference)?.tag === images.get(reference)?.deliveredTag,
  );
  if (!isUnchanged) return [];
  return [...running.values()].filter(
    (step) =>
      (step.type === "apply" || step.type === "observe") &&
      step.service === target.name &&
      step.drawing.digest === wanted?.digest,
  );
}

/** Start order counts once: later, a service never waits for another one to be replaced. What is disabled starts nothing. */
function whyNotApply(state: State, service: ServiceState): Hold | null {
  if (!isPrepared(state)) return hold(service, "not-prepared", ["namespaces"]);
  if (service.isStarted || service.isDisabled) return null;
  const missing = service.target.dependsOn.filter(
    ({ service: other, condition }) => !hasReached(state.services.get(other), condition),
  );
  if (missing.length === 0) return null;
  const reason = missing.some(({ condition }) => condition === "healthy")
    ? "dependency-not-ready"
    : "dependency-not-started";
  return hold(
    service,
    reason,
    missing.map((one) => one.service),
  );
}

/** A service that is not part of this session, or is disabled, counts as there. */
function hasReached(other: ServiceState | undefined, condition: "started" | "healthy"): boolean {
  if (!other || other.isDisabled) return true;
  return condition === "started" ? other.isStarted : other.ready !== null;
}

function hold({ target }: ServiceState, reason: HoldReason, on: readonly string[]): Hold {
  return { subject: target.name, reason, on };
}
