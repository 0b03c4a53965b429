import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Pods } from "../sources/pods.ts";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { type Pod, type PodEvent, isReady, ownerOf, serviceOf } from "../sources/pod.ts";
import { isCurrent } from "./revision.ts";

/** Watches over the pods of the newest revisions, and tells what is wrong with them: once each. */
export interface Troubles {
  /**
   * A service is about to be applied: what was told about it before means nothing any more, and what nobody has applied
   * yet is not looked at. `jobs`: the names of those that count from now on.
   */
  reset(service: string, jobs: readonly string[]): void;
}

interface Options {
  readonly kubectl: Kubectl;
  readonly pods: Pods;
  readonly environment: string;
  readonly emit: (event: LoopEvent) => void;
  readonly signal: AbortSignal;
}

// A pod that is not Ready is looked at again at these ages: what keeps it may stand in its events only.
const LOOK_AGAIN_MS = [4000, 12_500, 30_000, 90_000];

export function reportTroubles(options: Options): Troubles {
  const { kubectl, pods, environment, signal } = options;
  const jobs = new Map<string, readonly string[]>();
  const timers = new Map<string, NodeJS.Timeout>();
  const teller = newTeller(options, (service) => jobs.get(service) ?? []);
  pods.onChange((service) => pods.of(service).forEach(look));
  signal.addEventListener("abort", () => timers.forEach((timer) => clearTimeout(timer)), { once: true });
  return {
    reset(service, current) {
      teller.forget(service);
      jobs.set(service, current);
      pods.of(service).forEach(look);
    },
  };

  function look(pod: Pod): void {
    if (pod.metadata.deletionTimestamp !== undefined || !jobs.has(serviceOf(pod))) return;
    if (isWell(pod)) return teller.recovered(pod);
    const found = diagnose(pod, { environment, ageMs: ageOf(pod), events: [] });
    if (found) void (wantsEvents(found) ? lookCloser(pod) : teller.tell(pod, found));
    lookAgain(pod);
  }

  /** With the pod's events, and at what it has become meanwhile; returns the pod if it is still not well. */
  async function lookCloser(pod: Pod): Promise<Pod | null> {
    const events = await eventsOf(kubectl, pod, signal).catch(() => []);
    const latest = pods.of(serviceOf(pod)).find(({ metadata }) => metadata.name === pod.metadata.name);
    if (!latest || isWell(latest)) return null;
    const found = diagnose(latest, { environment, ageMs: ageOf(latest), events });
    if (found) await teller.tell(latest, found);
    return latest;
  }

  function lookAgain(pod: Pod): void {
    const { name } = pod.metadata;
    const nextMs = LOOK_AGAIN_MS.find((ms) => ms > ageOf(pod));
    if (nextMs === undefined || timers.has(name) || signal.aborted) return;
    const later = async (): Promise<void> => {
      timers.delete(name);
      const latest = await lookCloser(pod);
      if (latest) lookAgain(latest);
    };
    const timer = setTimeout(() => void later(), nextMs - ageOf(pod));
    timers.set(name, timer);
  }
}

interface Teller {
  tell(pod: Pod, diagnosis: Diagnosis): Promise<void>;
  recovered(pod: Pod): void;
  forget(service: string): void;
}

/** Tells each trouble once, of pods of the newest revision only, and that it is over. */
function newTeller({ kubectl, pods, emit, signal }: Options, jobsOf: (service: string) => readonly string[]): Teller {
  /** By service, then by owner of the pod: what was told last. A service and its job can both be in trouble. */
  const told = new Map<string, Map<string, string>>();
  return {
    async tell(pod, { finding, isFinal }) {
      const service = serviceOf(pod);
      const owner = ownerOf(pod).name;
      const text = `${finding.code} ${finding.message} ${isFinal}`;
      const isTold = (): boolean => told.get(service)?.get(owner) === text;
      if (isTold()) return;
      const counts = await isCurrent(kubectl, pod, jobsOf(service), signal).catch(() => false);
      // Asking took a moment: a pod that has become Ready meanwhile said so before anything was told, and never will again.
      if (!counts || isTold() || signal.aborted || !isStillUnwell(pods, pod)) return;
      told.set(service, new Map(told.get(service)).set(owner, text));
      emit({ type: "service-troubled", service, finding, isFinal });
    },
    recovered(pod) {
      const service = serviceOf(pod);
      const owners = told.get(service);
      if (!owners?.delete(ownerOf(pod).name) || owners.size > 0) return;
      emit({ type: "service-recovered", service });
    },
    forget: (service) => void told.delete(service),
  };
}

function isStillUnwell(pods: Pods, { metadata }: Pod): boolean {
  const latest = pods.of(serviceOf({ metadata })).find((one) => one.metadata.name === metadata.name);
  return latest !== undefined && !isWell(latest);
}

function isWell(pod: Pod): boolean {
  return isReady(pod) || pod.status?.phase === "Succeeded";
}

/** Killed from outside: only the events say by whom. */
function wantsEvents({ finding }: Diagnosis): boolean {
  return finding.code === "POD_CRASHED" && /code (137|143)\b/.test(finding.message);
}

function ageOf({ metadata }: Pod): number {
  return Date.now() - Date.parse(metadata.creationTimestamp ?? new Date().toISOString());
}

async function eventsOf(kubectl: Kubectl, { metadata }: Pod, signal: AbortSignal): Promise<readonly PodEvent[]> {
  const args = [
    "get",
    "events",
    "--namespace",
    metadata.namespace ?? "default",
    "--field-selector",
    `involvedObject.name=${metadata.name}`,
    "--sort-by",
    ".lastTimestamp",
    "--output",
    "json",
  ];
  return ((await kubectl.json(args, { signal })) as { readonly items: readonly PodEvent[] }).items;
}
