import { type ContainerStatus, type Pod, type Terminated, containerNamed, ownerOf } from "../../sources/pod.ts";
import { announced } from "./announced.ts";
import { configurationTrouble } from "./configuration.ts";
import { crashVerdict } from "./crash.ts";
import { type Evidence, type Verdict, msOf } from "./evidence.ts";
import { imageTrouble } from "./image.ts";
import { startTrouble } from "./start.ts";

/** What is thought of each container that is not simply running; init containers first, as they run first. */
export function containerVerdicts(evidence: Evidence): Verdict[] {
  const { initContainerStatuses = [], containerStatuses = [] } = evidence.pod.status ?? {};
  return [
    ...initContainerStatuses.map((status) => verdict(announced(status, evidence.events), true, evidence)),
    ...containerStatuses.map((status) => verdict(announced(status, evidence.events), false, evidence)),
  ].filter((one) => one !== null);
}

function verdict(status: ContainerStatus, isInit: boolean, evidence: Evidence): Verdict | null {
  const who = `${isInit ? "init container" : "container"} ${status.name}`;
  const { reason = "", message = "" } = status.state?.waiting ?? {};
  const image = imageTrouble(status, who, evidence.events);
  if (image) return { state: "trouble", found: image };
  if (reason === "CreateContainerConfigError")
    return { state: "trouble", found: configurationTrouble(evidence.pod, who, message) };
  if (/^(CreateContainerError|RunContainerError)$/.test(reason) && !/failed to reserve container name/.test(message))
    return { state: "trouble", found: startTrouble(who, message, undefined) };
  const terminated = lastEnd(status, evidence.pod, evidence.nowMs);
  const isExpected = isInit || ownerOf(evidence.pod).kind === "Job";
  if (!terminated || (terminated.exitCode === 0 && (isExpected || !hasRestarted(status)))) return null;
  return crashVerdict({ status, terminated, who, isFollowed: status.state?.terminated === undefined }, evidence);
}

function hasRestarted({ restartCount = 0 }: ContainerStatus): boolean {
  return restartCount > 0;
}

/**
 * How a container ended that has not got over it since; null also where only its node was restarted. Who runs has got
 * over it when he has run longer than before, and for a while; a readiness probe that succeeds makes that while short.
 */
export function lastEnd(status: ContainerStatus, pod: Pod, nowMs: number): Terminated | null {
  const { state, lastState } = status;
  const end = state?.terminated ?? lastState?.terminated;
  if (!end || end.reason === "Unknown" || end.reason === "ContainerStatusUnknown") return null;
  return state?.running && steadyInMs(status, pod, end, nowMs) === 0 ? null : end;
}

/**
 * How long a pod that has crashed must go on running until it counts as well: it would be called well and ill in turns.
 * 0 when it has got over it, or never crashed.
 */
export function unsteadyMs(pod: Pod, nowMs: number): number {
  const left = (pod.status?.containerStatuses ?? []).map((status) => {
    const end = status.state?.running ? lastEnd(status, pod, nowMs) : null;
    return end ? steadyInMs(status, pod, end, nowMs) : 0;
  });
  return Math.max(0, ...left);
}

const PROBED_MS = 2000;
const UNPROBED_MS = 10_000;
const AT_MOST_MS = 30_000;

function steadyInMs({ name, state, ready }: ContainerStatus, pod: Pod, end: Terminated, nowMs: number): number {
  const lifeMs = Math.max(0, msOf(end.finishedAt) - msOf(end.startedAt));
  const isProbed = ready === true && containerNamed(pod, name)?.readinessProbe !== undefined;
  const whileMs = isProbed ? PROBED_MS + lifeMs : UNPROBED_MS + 2 * lifeMs;
  return Math.max(0, msOf(state?.running?.startedAt) + Math.min(whileMs, AT_MOST_MS) - nowMs);
}
