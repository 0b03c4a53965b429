import type { Finding } from "../../tools/lib/errors.ts";
import { isDelivered, isServiceReady } from "../core/current.ts";
import { type Plan, plan as planOf } from "../core/plan.ts";
import type { ServiceState, State } from "../core/state.ts";
import type { Step, StepType } from "../core/step.ts";
import { holdText } from "./view.ts";

/** What is to be said of a service, or of what no service owns, at this moment. */
export interface Status {
  readonly subject: string;
  readonly isService: boolean;
  readonly word: Word;
  /** When the stage began that it is in. */
  readonly sinceMs: number | null;
  /** What it waits for. */
  readonly note: string;
  /** What is wrong, all of it. */
  readonly findings: readonly Finding[];
}

export type Word =
  | "ready"
  | "failed"
  | "trouble"
  | "lost"
  | "disabled"
  | "paused"
  | "waits"
  | (typeof WORKING)[StepType]
  | "stopping";

const WORKING = {
  read: "reading",
  prepare: "preparing",
  prune: "pruning",
  digest: "checking",
  build: "building",
  deliver: "delivering",
  apply: "applying",
  restart: "restarting",
  sync: "copying",
  observe: "starting",
} as const satisfies Readonly<Record<StepType, string>>;

/** Of several things that are done at once, the first of these is told. */
const TOLD: readonly StepType[] = ["sync", "apply", "restart", "deliver", "build", "digest", "observe"];

/** What no service owns while there is something to say about it, then every service in start order. Pure. */
export function statusesOf(state: State, plan: Plan, startedMs: ReadonlyMap<string, number>): Status[] {
  // While it is paused nothing else is told; what has failed as it is must be seen all the same.
  const going = state.isPaused ? planOf({ ...state, isPaused: false }, { parallel: {}, isOnce: false }) : plan;
  const known: Known = { state, plan: going, startedMs };
  return [...otherStatuses(known), ...[...state.services.values()].map((service) => serviceStatus(known, service))];
}

export function isTroubled({ findings }: Status): boolean {
  return findings.length > 0;
}

interface Known {
  readonly state: State;
  readonly plan: Plan;
  readonly startedMs: ReadonlyMap<string, number>;
}

/** Registry, namespaces and base images: only while they are worked on, or have failed. The cluster: only while it is away. */
function otherStatuses({ state, plan, startedMs }: Known): Status[] {
  const isOther = (step: Step): boolean => ownerOf(step) === null && !isRunImage(step);
  const failed = [...state.failures.values()]
    .filter(({ step }) => isOther(step) && isHeld(plan, step.subject, "failed"))
    .map(({ step, findings }) => ({ ...blank(step.subject), word: "failed" as const, findings }));
  const running = [...state.running.values()].filter(isOther).map((step) => ({
    ...blank(step.subject),
    word: WORKING[step.type],
    sinceMs: startedMs.get(step.key) ?? null,
  }));
  const { clusterLost } = state;
  const lost = clusterLost ? [{ ...blank("cluster"), word: "lost" as const, findings: [clusterLost] }] : [];
  return [...lost, ...failed, ...running].map((status) => ({ ...status, isService: false }));
}

function serviceStatus(known: Known, service: ServiceState): Status {
  const findings = findingsOf(known, service);
  return { ...blank(service.target.name), findings, ...doing(known, service, findings) };
}

type Doing = Pick<Status, "word"> & Partial<Pick<Status, "sinceMs" | "note">>;

function doing({ state, plan, startedMs }: Known, service: ServiceState, findings: readonly Finding[]): Doing {
  const { target, trouble, isDisabled, wanted, ready } = service;
  const running = [...state.running.values()].filter((step) => concerns(step, service));
  const step = TOLD.map((type) => running.find((one) => one.type === type)).find((one) => one !== undefined);
  const since = { sinceMs: step ? (startedMs.get(step.key) ?? null) : null };
  if (isDisabled) return wanted?.digest === ready ? { word: "disabled" } : { word: "stopping", ...since };
  if (step && step.type !== "observe") return { word: WORKING[step.type], ...since };
  if (findings.length > 0) return { word: trouble && !trouble.isFinal ? "trouble" : "failed", ...since };
  if (step) return { word: WORKING[step.type], ...since };
  // As it was when the cluster was last heard of, which nobody knows to be so still.
  if (isCurrent(state, service))
    return state.clusterLost ? { word: "waits", note: "for the cluster" } : { word: "ready" };
  const hold = plan.holds.find(({ subject }) => namesOf(state, service).includes(subject));
  if (state.isPaused) return { word: "paused" };
  return { word: "waits", note: hold ? holdText({ ...hold, on: hold.on.filter((name) => name !== target.name) }) : "" };
}

/** Why it cannot go on as it is, and what is wrong with its pods. */
function findingsOf({ state, plan }: Known, service: ServiceState): readonly Finding[] {
  const failures = [...state.failures.values()].filter(
    ({ step }) => concerns(step, service) && isHeld(plan, step.subject, "failed"),
  );
  return [...failures.flatMap(({ findings }) => findings), ...(service.trouble ? [service.trouble.finding] : [])];
}

function isCurrent(state: State, service: ServiceState): boolean {
  const isBuilt = service.target.images.every((reference) => isDelivered(state, reference));
  return isBuilt && service.sync.pending.size === 0 && isServiceReady(service);
}

/** Whether a step is done to a service or to an image that its pods run. */
function concerns(step: Step, { target }: ServiceState): boolean {
  return "image" in step ? target.images.includes(step.image.reference) : ownerOf(step) === target.name;
}

function ownerOf(step: Step): string | null {
  if (!("service" in step)) return null;
  return typeof step.service === "string" ? step.service : step.service.name;
}

function isRunImage(step: Step): boolean {
  return "image" in step && step.image.isRun;
}

function isHeld({ holds }: Plan, name: string, wanted: string): boolean {
  return holds.some(({ subject, reason }) => subject === name && reason === wanted);
}

/** What holds about a service may be about: itself and its images. */
function namesOf(state: State, { target }: ServiceState): string[] {
  return [target.name, ...target.images.map((reference) => state.images.get(reference)?.target.name ?? reference)];
}

function blank(subject: string): Status {
  return { subject, isService: true, word: "waits", sinceMs: null, note: "", findings: [] };
}
