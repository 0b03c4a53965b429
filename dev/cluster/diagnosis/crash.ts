import { type ContainerStatus, type Terminated, containerNamed } from "../../sources/pod.ts";
import { type Evidence, type Found, STARTING, type Verdict, msOf } from "./evidence.ts";
import { errorLine, lastLines } from "./log.ts";
import { ownTrouble } from "./own-trouble.ts";
import { killedByProbe, mayBeKilled } from "./probe.ts";
import { platformTrouble, startTrouble } from "./start.ts";
import { unreachable } from "./unreachable.ts";

/** A container that has ended, and what is to be thought of it. `who`: `container web`, `init container migrate`. */
export interface Ended {
  readonly status: ContainerStatus;
  readonly terminated: Terminated;
  readonly who: string;
  readonly isFollowed: boolean;
}

/** Why a container ended. Final once it has crashed three times: two may be a dependency's start. */
export function crashVerdict(ended: Ended, evidence: Evidence): Verdict {
  const { status, terminated, who } = ended;
  const isFinal = (status.restartCount ?? 0) >= 2 && status.state?.running === undefined;
  const log = evidence.logs[status.name] || (terminated.message ?? "");
  const certainly = certain(ended, evidence, log, isFinal);
  if (!certainly && mayBeKilled(status, terminated, evidence)) return { state: "starting", lookAgainMs: 500 };
  const found = certainly ?? (terminated.exitCode === 0 ? endedByItself(who, isFinal) : ownTrouble(log, who, isFinal));
  if (found) return { state: "trouble", found };
  return (
    waiting(ended, evidence) ?? unreachable(log, who, evidence.dependencies, isFinal) ?? crashed(ended, log, isFinal)
  );
}

/** What the kubelet or the kernel is sure of. */
function certain(ended: Ended, evidence: Evidence, log: string, isFinal: boolean): Found | null {
  const { status, terminated, who } = ended;
  const architecture = evidence.nodes.find(({ metadata }) => metadata.name === evidence.pod.spec?.nodeName)?.status
    ?.nodeInfo?.architecture;
  if (terminated.reason === "StartError" || terminated.reason === "ContainerCannotRun")
    return startTrouble(who, terminated.message ?? "", architecture);
  if (/^(exec|standard_init_linux\.go).*exec format error/m.test(log)) return platformTrouble(who, log, architecture);
  if (terminated.reason === "OOMKilled") return outOfMemory(status.name, who, evidence, isFinal);
  const killed = killedByProbe(status, terminated, who, evidence, isFinal);
  return killed ?? (isOutOfMemory(ended, evidence) ? outOfMemory(status.name, who, evidence, isFinal) : null);
}

/** Before its dependencies are Ready, and for a run that began before they were, an end means nothing. */
function waiting({ terminated }: Ended, { dependencies }: Evidence): Verdict | null {
  if (dependencies.missing.length > 0) return { state: "waits", on: dependencies.missing };
  return msOf(terminated.startedAt) <= dependencies.readySinceMs && dependencies.readySinceMs > 0 ? STARTING : null;
}

/**
 * SIGKILL under a limit, when the time for another reason is over: containerd at times learns that a container has ended
 * before it learns that its memory did it, and the kubelet then keeps the first reason.
 */
function isOutOfMemory({ status, terminated }: Ended, evidence: Evidence): boolean {
  const limit = containerNamed(evidence.pod, status.name)?.resources?.limits?.["memory"];
  return terminated.exitCode === 137 && limit !== undefined && !mayBeKilled(status, terminated, evidence);
}

function outOfMemory(name: string, who: string, { pod }: Evidence, isFinal: boolean): Found {
  const limit = containerNamed(pod, name)?.resources?.limits?.["memory"];
  return {
    code: "POD_OUT_OF_MEMORY",
    message: `${who} used more memory than its limit${limit === undefined ? "" : ` of ${limit}`} and was killed`,
    fix: "raise resources.limits.memory in services.json",
    isFinal,
  };
}

function endedByItself(who: string, isFinal: boolean): Found {
  return {
    code: "POD_ENDED",
    message: `${who} ended by itself with code 0; a service must go on running`,
    fix: "let its command stay in the foreground",
    isFinal,
  };
}

function crashed({ status, terminated, who, isFollowed }: Ended, log: string, isFinal: boolean): Verdict {
  const said = errorLine(log);
  const logs = isFollowed ? "kubectl logs --previous" : "kubectl logs";
  const found: Found = {
    code: "POD_CRASHED",
    message: `${who} ${exitText(terminated)}${said === "" ? " and said nothing" : `: ${said}`}`,
    fix: `correct it and save; all it said: ${logs} <pod> -c ${status.name}`,
    isFinal,
    log: lastLines(log),
  };
  return { state: "trouble", found };
}

/** Codes above 128 are signals: https://tldp.org/LDP/abs/html/exitcodes.html */
function exitText({ exitCode }: Terminated): string {
  const signal = SIGNALS[exitCode];
  return signal === undefined ? `exited with code ${exitCode}` : `was ended by ${signal} (code ${exitCode})`;
}

const SIGNALS: Readonly<Record<number, string>> = {
  132: "SIGILL",
  134: "SIGABRT",
  135: "SIGBUS",
  136: "SIGFPE",
  137: "SIGKILL",
  139: "SIGSEGV",
  143: "SIGTERM",
};
