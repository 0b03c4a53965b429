import { baseTags, currentTag, digestKey, isDelivered } from "./current.ts";
import type { ImageState, ServiceState, State } from "./state.ts";
import { type Step, type StepType, laneOf } from "./step.ts";

export interface Limits {
  /** How many steps of a type may run at once; any number where nothing is said. */
  readonly parallel: Partial<Readonly<Record<StepType, number>>>;
  /** Whether to give up on what will not mend by itself, because nobody is there to mend it. */
  readonly isOnce: boolean;
}

/** What should be running now, and why everything else waits. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly holds: readonly Hold[];
}

export interface Hold {
  readonly subject: string;
  readonly reason: HoldReason;
  /** Names of what it waits for. */
  readonly on: readonly string[];
}

export type HoldReason =
  | "not-prepared"
  | "base-not-built"
  | "image-not-delivered"
  | "dependency-not-started"
  | "dependency-not-ready"
  | "failed"
  | "cancelling"
  | "slot";

type Candidate = Step | Hold;

/**
 * The steps that should be running now, those already under way included: what runs and is not among them is stale.
 * Pure: same state, same plan. Called after every event, so it must stay O(services).
 */
export function plan(state: State, limits: Limits): Plan {
  if (state.isStopping || !state.target) return { steps: [], holds: [] };
  const images = [...state.images.values()].flatMap((image) => imageCandidates(state, image));
  const services = [...state.services.values()].flatMap((service) => serviceCandidates(state, service, limits));
  return admit(state, [...readCandidates(state), ...prepareCandidates(state), ...images, ...services], limits);
}

function readCandidates({ inputChanges, inputsRead }: State): Candidate[] {
  return inputChanges === inputsRead ? [] : [{ type: "read", key: `read ${inputChanges}`, subject: "services.json" }];
}

function prepareCandidates({ target, prepared }: State): Candidate[] {
  if (!target || prepared === target.shared.digest) return [];
  return [{ type: "prepare", key: `prepare ${target.shared.digest}`, subject: "namespaces", target }];
}

/** Digest, build, deliver: the first of them that is not done. */
function imageCandidates(state: State, image: ImageState): Candidate[] {
  const { target, tag } = image;
  const bases = baseTags(state, target);
  if (bases === null) return [baseHold(state, image), ...underWay(state, image)];
  if (currentTag(state, target.reference) === null || tag === null)
    return [
      { type: "digest", key: digestKey(state, image) ?? "", subject: target.name, image: target, bases },
      ...underWay(state, image),
    ];
  if (image.builtTag !== tag) {
    const isBuildable = target.bases.every((base) => state.images.get(base)?.builtTag === bases.get(base));
    return [
      isBuildable
        ? { type: "build", key: `build ${tag}`, subject: target.name, image: target, tag, bases }
        : baseHold(state, image),
    ];
  }
  if (target.isRun && image.deliveredTag !== tag)
    return [{ type: "deliver", key: `deliver ${tag}`, subject: target.name, image: target, tag }];
  return [];
}

/** Files were saved, but perhaps with the same content: what runs goes on until the digest says otherwise. */
function underWay({ running }: State, { target, tag }: ImageState): Candidate[] {
  return [...running.values()].filter(
    (step) =>
      (step.type === "build" || step.type === "deliver") &&
      step.image.reference === target.reference &&
      step.tag === tag,
  );
}

function baseHold(state: State, { target }: ImageState): Hold {
  const on = target.bases.filter(
    (base) => state.images.get(base)?.builtTag !== currentTag(state, base) || currentTag(state, base) === null,
  );
  return { subject: target.name, reason: "base-not-built", on: namesOf(state, on) };
}

/** Apply, observe: the first of them that is not done. */
function serviceCandidates(state: State, service: ServiceState, limits: Limits): Candidate[] {
  const { target, wanted, applied, ready } = service;
  const missing = target.images.filter((reference) => !isDelivered(state, reference));
  if (missing.length > 0 || wanted === null)
    return [hold(service, "image-not-delivered", namesOf(state, missing)), ...underWayService(state, service)];
  if (applied !== wanted.digest)
    return [
      whyNotApply(state, service) ?? {
        type: "apply",
        key: `apply ${target.name} ${wanted.digest}`,
        subject: target.name,
        service: target.name,
        drawing: wanted,
      },
    ];
  if (ready === wanted.digest) return [];
  if (limits.isOnce && service.trouble?.isFinal) return [hold(service, "failed", [target.name])];
  return [
    {
      type: "observe",
      key: `observe ${target.name} ${wanted.digest}`,
      subject: target.name,
      service: target.name,
      drawing: wanted,
    },
  ];
}

/** The same for a service: as long as its images may turn out to be the ones that the cluster has. */
function underWayService({ running, images }: State, { target, wanted }: ServiceState): Candidate[] {
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

/** Start order counts once: later, a service never waits for another one to be replaced. */
function whyNotApply(state: State, service: ServiceState): Hold | null {
  if (state.prepared !== state.target?.shared.digest) return hold(service, "not-prepared", ["namespaces"]);
  if (service.applied !== null) return null;
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

/** A service that is not part of this session counts as there. */
function hasReached(other: ServiceState | undefined, condition: "started" | "healthy"): boolean {
  if (!other) return true;
  return condition === "started" ? other.applied !== null : other.ready !== null;
}

/** Lets through what may run: nothing that failed as it is, one step per lane, and no more of a type than the limits say. */
function admit(state: State, candidates: readonly Candidate[], { parallel }: Limits): Plan {
  const steps: Step[] = [];
  const holds: Hold[] = [];
  const lanes = new Map([...state.running.values()].map((step) => [laneOf(step), step.key]));
  const counts = new Map<StepType, number>();
  for (const step of state.running.values()) counts.set(step.type, (counts.get(step.type) ?? 0) + 1);
  for (const candidate of candidates) {
    const reason = "reason" in candidate ? candidate.reason : whyNotStart(candidate);
    if (reason !== null) holds.push("reason" in candidate ? candidate : { subject: candidate.subject, reason, on: [] });
    else steps.push(candidate as Step);
  }
  return { steps, holds };

  function whyNotStart(step: Step): HoldReason | null {
    if (state.running.has(step.key)) return null;
    if (state.failures.has(step.key)) return "failed";
    if (lanes.has(laneOf(step))) return "cancelling";
    const count = counts.get(step.type) ?? 0;
    if (count >= (parallel[step.type] ?? Infinity)) return "slot";
    counts.set(step.type, count + 1);
    return null;
  }
}

function hold({ target }: ServiceState, reason: HoldReason, on: readonly string[]): Hold {
  return { subject: target.name, reason, on };
}

function namesOf(state: State, references: readonly string[]): string[] {
  return references.map((reference) => state.images.get(reference)?.target.name ?? reference);
}
