import type { Finding } from "../../tools/lib/errors.ts";
import { type Pod, serviceOf } from "../sources/pod.ts";
import type { Pods } from "../sources/pods.ts";
import { gatherChanges } from "./changes.ts";
import { currentPods } from "./current-pods.ts";
import { unsteadyMs } from "./diagnosis/container.ts";
import { creationTrouble } from "./diagnosis/creation.ts";
import { diagnose, findingOf } from "./diagnosis/diagnose.ts";
import { type Found, type Verdict, msOf } from "./diagnosis/evidence.ts";
import type { Following } from "./following.ts";
import type { Gatherer } from "./gather.ts";
import { newestReplicaSet } from "./revision.ts";
import { type Workload, isShortOfPods } from "./rollout.ts";
import type { Teller } from "./teller.ts";
import type { Change, View } from "./view.ts";

interface Options {
  readonly view: View;
  readonly pods: Pods;
  readonly following: Following;
  readonly gather: Gatherer;
  readonly teller: Teller;
  readonly environment: string;
  readonly signal: AbortSignal;
}

export interface Troubles {
  /** Look at a service again, or at all of them: something that no watch tells has changed. */
  look(service: string | null): void;
}

// Who waits for others says so only when that takes long: mostly it is a start in its order.
const WAIT_TOLD_MS = 15_000;

/** Looks at the pods of the newest revisions whenever something about them changes, and tells what is wrong with them. */
export function reportTroubles(options: Options): Troubles {
  const { view, pods, following, signal } = options;
  /** Pods, their makers and their makers: whose they are. */
  const serviceOfId = new Map<string, string>();
  const changes = gatherChanges(lookAt, signal);
  pods.onChange(changes.mark);
  view.onChange(changed);
  return { look: (service) => (service === null ? changed("everything") : changes.mark(service)) };

  function changed(change: Change): void {
    if (change === "everything") for (const service of following.services()) changes.mark(service);
    else changes.mark("service" in change ? change.service : (serviceOfId.get(change.uid) ?? ""));
  }

  function lookAt(service: string): void {
    const workloads = following.current(service);
    const sets = workloads.flatMap(({ metadata }) => view.replicaSetsOf(metadata.uid ?? ""));
    for (const { metadata } of [...pods.of(service), ...workloads, ...sets])
      serviceOfId.set(metadata.uid ?? "", service);
    const again = workloads.map((workload) => lookAtWorkload(service, workload, options));
    const againMs = soonest(again);
    if (againMs !== null) changes.markLater(service, againMs);
  }
}

/** Tells what is to be told of a workload; when to look again, should nothing change before. */
function lookAtWorkload(service: string, workload: Workload, options: Options): number | null {
  const { pods, view, gather, teller, environment } = options;
  const owner = `${workload.kind}/${workload.metadata.name}`;
  const creation = creationOf(workload, view, environment);
  if (typeof creation === "object" && creation !== null) {
    teller.tell(service, owner, aboutWorkload(workload, creation), creation.isFinal);
    return null;
  }
  const current = currentPods(workload, pods.of(service), view);
  const verdicts = current.map((pod) => ({ pod, verdict: verdictOf(pod, gather) }));
  for (const { pod, verdict } of verdicts) {
    if (verdict.state !== "trouble") continue;
    teller.tell(service, owner, findingOf(verdict.found, pod, environment), verdict.found.isFinal);
    return null;
  }
  const unsteady = Math.max(0, ...current.map((pod) => unsteadyMs(pod, Date.now())));
  const isWell = current.length > 0 && verdicts.every(({ verdict }) => verdict.state === "well");
  if (isWell && unsteady === 0) teller.recovered(service, owner);
  const waitMs = waits(service, owner, verdicts, teller);
  return soonest([creation, unsteady, waitMs, ...verdicts.map(({ verdict }) => againMs(verdict))]);
}

function verdictOf(pod: Pod, gather: Gatherer): Verdict {
  const evidence = gather(pod);
  return evidence === null ? { state: "starting", lookAgainMs: null } : diagnose(evidence);
}

function againMs(verdict: Verdict): number | null {
  return verdict.state === "starting" ? verdict.lookAgainMs : null;
}

function soonest(times: readonly (number | null)[]): number | null {
  const later = times.filter((time) => time !== null && time > 0) as number[];
  return later.length === 0 ? null : Math.min(...later);
}

/** Why a workload's pods are not made. Of a Deployment, its newest ReplicaSet makes them. */
function creationOf(workload: Workload, view: View, environment: string): Found | number | null {
  const set =
    workload.kind === "Deployment" ? newestReplicaSet(workload, view.replicaSetsOf(workload.metadata.uid ?? "")) : null;
  if (workload.kind === "Deployment" && set === null) return null;
  const maker = set ?? workload;
  return creationTrouble({
    changedMs: set ? msOf(set.metadata.creationTimestamp) : changedMs(workload),
    isShort: set ? (set.status?.replicas ?? 0) < (set.spec?.replicas ?? 1) : isShortOfPods(workload),
    events: view.eventsAbout(maker.metadata.uid ?? ""),
    environment,
    nowMs: Date.now(),
  });
}

/** When anything but its status was written last. */
function changedMs({ metadata }: Workload): number {
  const written = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  return Math.max(msOf(metadata.creationTimestamp), ...written.map(({ time }) => msOf(time)));
}

function aboutWorkload({ kind, metadata }: Workload, { code, message, fix }: Found): Finding {
  const where = `${kind}/${metadata.name} in ${metadata.namespace ?? "default"}`;
  return { code, severity: "error", where, message, fix };
}

/** Says of pods that have waited long for what they wait; when to look again, where it is not long yet. */
function waits(
  service: string,
  owner: string,
  verdicts: readonly { readonly pod: Pod; readonly verdict: Verdict }[],
  teller: Teller,
): number | null {
  for (const { pod, verdict } of verdicts) {
    if (verdict.state !== "waits") continue;
    const leftMs = WAIT_TOLD_MS - (Date.now() - msOf(pod.metadata.creationTimestamp));
    if (leftMs > 0) return leftMs;
    teller.tell(service, owner, waitFinding(pod, verdict.on), false);
  }
  return null;
}

function waitFinding(pod: Pod, on: readonly string[]): Finding {
  const { namespace = "default", name } = pod.metadata;
  const names = on.join(" and ");
  return {
    code: "POD_WAITS",
    severity: "warning",
    where: `Pod/${name} in ${namespace}`,
    message: `${serviceOf(pod)} waits for ${names}, which ${on.length === 1 ? "is" : "are"} not Ready`,
    fix: `nothing to do here: it goes on when ${names} ${on.length === 1 ? "is" : "are"} Ready`,
  };
}
