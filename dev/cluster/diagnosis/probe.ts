import {
  type Container,
  type ContainerStatus,
  type Pod,
  type Probe,
  type Terminated,
  containerNamed,
} from "../../sources/pod.ts";
import {
  type ClusterEvent,
  type Evidence,
  type Found,
  STARTING,
  type Verdict,
  msOf,
  oneLine,
  timeOf,
} from "./evidence.ts";

type Kind = "readiness" | "liveness" | "startup";

// A program that answers nothing, or 503, is most likely still starting.
const PATIENCE_MS = 12_000;
// A kubelet that has said too much of one pod says nothing more for minutes.
const SILENT_MS = 30_000;

/** Containers that run and are not Ready: because of which probe, and what it was answered. */
export function probeVerdict(evidence: Evidence): Verdict {
  const { pod, dependencies } = evidence;
  const unready = (pod.status?.containerStatuses ?? []).filter(({ ready, state }) => ready !== true && state?.running);
  const verdicts = unready.map((status) => readiness(status, evidence));
  const failing = verdicts.find(({ state }) => state === "trouble");
  if (failing && dependencies.missing.length > 0) return { state: "waits", on: dependencies.missing };
  return failing ?? verdicts.find(({ lookAgainMs }) => lookAgainMs !== null) ?? STARTING;
}

type ReadinessVerdict = Exclude<Verdict, { readonly state: "well" | "waits" }> & {
  readonly lookAgainMs: number | null;
};

/** A startup probe has as long as it was given; when that is over, the container is killed, which is another trouble. */
function readiness(status: ContainerStatus, { pod, events, nowMs, dependencies }: Evidence): ReadinessVerdict {
  const probe = containerNamed(pod, status.name)?.readinessProbe;
  if (status.started === false || !probe) return { state: "starting", lookAgainMs: null };
  const sinceMs = msOf(status.state?.running?.startedAt);
  const unhealthy = lastUnhealthy(events, status.name, "Readiness", sinceMs);
  const isSlow = unhealthy === undefined || !/statuscode: (?!503)\d/.test(unhealthy.message ?? "");
  const givenMs = unhealthy === undefined ? SILENT_MS : isSlow ? PATIENCE_MS : 0;
  const dueMs = Math.max(sinceMs, dependencies.readySinceMs) + Math.max(givenMs, budgetMs(probe));
  if (nowMs < dueMs) return { state: "starting", lookAgainMs: dueMs - nowMs };
  const found = probeTrouble("readiness", status.name, pod, unhealthy, false);
  return { state: "trouble", found, lookAgainMs: null };
}

/** How long a probe may fail before it counts. */
function budgetMs({ initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 }: Probe): number {
  return (initialDelaySeconds + periodSeconds * failureThreshold) * 1000;
}

/** A container that the kubelet has killed because of a probe. Programs may end with code 0 when they are told to. */
export function killedByProbe(
  { name }: ContainerStatus,
  { startedAt, exitCode }: Terminated,
  who: string,
  { pod, events }: Evidence,
  isFinal: boolean,
): Found | null {
  const fromMs = msOf(startedAt) - (isAsked(exitCode) ? FORMER_RUNS_MS : 0);
  const killing = events.findLast(
    (event) =>
      event.reason === "Killing" &&
      (event.message ?? "").startsWith(`Container ${name} failed `) &&
      timeOf(event) >= fromMs,
  );
  const startup = lastUnhealthy(events, name, "Startup", fromMs);
  const unhealthy = lastUnhealthy(events, name, "Liveness", fromMs) ?? startup;
  if (!killing && !(unhealthy && isAsked(exitCode))) return null;
  const kind = /startup/.test(killing?.message ?? "") || unhealthy === startup ? "startup" : "liveness";
  const found = probeTrouble(kind, name, pod, unhealthy, isFinal);
  return { ...found, message: `${who} was restarted: ${found.message}` };
}

/** Whether it may have been killed and nobody has said why yet: that comes a moment after its end, as an event or a reason. */
export function mayBeKilled(
  { name }: ContainerStatus,
  { exitCode, finishedAt }: Terminated,
  { pod, nowMs }: Evidence,
): boolean {
  const { livenessProbe, startupProbe, resources } = containerNamed(pod, name) ?? {};
  const isProbed = isAsked(exitCode) && (livenessProbe ?? startupProbe) !== undefined;
  const isLimited = exitCode === 137 && resources?.limits?.["memory"] !== undefined;
  return nowMs - msOf(finishedAt) < (isProbed ? EVENT_MS : isLimited ? REASON_MS : 0);
}

/** Whether a program that was asked to end may end so. */
function isAsked(exitCode: number): boolean {
  return exitCode === 0 || exitCode === 137 || exitCode === 143;
}

// The API's times are whole seconds, and a kubelet that has much to tell is seconds behind with its events.
const EVENT_MS = 10_000;
// What killed a run a moment ago has killed this one too, when it ended as one that was asked to.
const FORMER_RUNS_MS = 120_000;
const REASON_MS = 2500;

function lastUnhealthy(
  events: readonly ClusterEvent[],
  container: string,
  kind: "Readiness" | "Liveness" | "Startup",
  sinceMs: number,
): ClusterEvent | undefined {
  return events.findLast(
    (event) =>
      event.reason === "Unhealthy" &&
      (event.message ?? "").startsWith(`${kind} probe `) &&
      (event.involvedObject?.fieldPath ?? `{${container}}`).includes(`{${container}}`) &&
      timeOf(event) >= sinceMs - 1000,
  );
}

function probeTrouble(kind: Kind, name: string, pod: Pod, event: ClusterEvent | undefined, isFinal: boolean): Found {
  const container = containerNamed(pod, name);
  const probe = container?.[`${kind}Probe`] ?? {};
  const port = portOf(probe, container);
  const { answer, fix } = answerTo(event?.message ?? "", kind, port, probe.timeoutSeconds ?? 1);
  return {
    code: "POD_PROBE",
    message: `the ${kind} probe of container ${name} fails: ${asked(probe, port)} ${answer}`,
    fix,
    isFinal,
  };
}

/** `GET /healthz on port 8080`. */
function asked({ httpGet, tcpSocket, exec, grpc }: Probe, port: string): string {
  if (httpGet) return `GET ${httpGet.path ?? "/"} on port ${port}`;
  if (tcpSocket) return `a connection to port ${port}`;
  if (grpc) return `gRPC health on port ${port}`;
  return `"${oneLine(exec?.command?.join(" "))}"`;
}

/** Number of the probe's port; a name is one of the container's. */
function portOf({ httpGet, tcpSocket, grpc }: Probe, container: Container | undefined): string {
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port ?? "";
  return String(container?.ports?.find(({ name }) => name === port)?.containerPort ?? port);
}

function answerTo(
  message: string,
  kind: Kind,
  port: string,
  timeoutSeconds: number,
): { readonly answer: string; readonly fix: string } {
  const said = message.replace(/^\w+ probe (?:failed|errored)[^:]*: /, "").trim();
  const status = /statuscode: (\d+)/.exec(said)?.[1];
  const correct = `correct probes.${kind} in services.json`;
  if (status === "404")
    return { answer: "was answered 404", fix: `correct the path: ${correct}, or let the program serve it` };
  if (status !== undefined)
    return { answer: `was answered ${status}`, fix: "see why in what the program says: kubectl logs <pod>" };
  if (/connection refused/.test(said))
    return {
      answer: "was refused: nothing listens there",
      fix: `let the program listen on port ${port} of all addresses (0.0.0.0), or ${correct}`,
    };
  if (/deadline exceeded|timed out|[Tt]imeout/.test(said))
    return {
      answer: `got no answer within ${timeoutSeconds} s`,
      fix: `give it more time: probes.${kind}.timeoutSeconds in services.json`,
    };
  if (said === "") return { answer: "does not succeed", fix: `${correct}; what the program says: kubectl logs <pod>` };
  return { answer: `said: ${oneLine(said)}`, fix: `${correct}; what the program says: kubectl logs <pod>` };
}
