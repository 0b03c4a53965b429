import type { Finding } from "../../tools/lib/errors.ts";
import { count, listed } from "../../tools/lib/text.ts";
import { affectedImages } from "../core/affected.ts";
import { canBeDisabled } from "../core/commands.ts";
import type { Command, LoopEvent } from "../core/events.ts";
import type { Turn } from "../core/loop.ts";
import type { Hold } from "../core/candidate.ts";
import { isDelivered } from "../core/current.ts";
import { isOvertaken } from "../core/outcomes.ts";
import type { ServiceState } from "../core/state.ts";
import type { Verified } from "./display.ts";

/** One line of the session: who, what, how long, and what there is to say about it. */
export interface Line {
  readonly subject: string;
  readonly stage: string;
  readonly ms: number | null;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad" | "warning" | "quiet";
}

/** What a turn of the loop is worth telling: mostly one line, often none. Pure. */
export function linesOf(turn: Turn): Line[] {
  const lines = eventLines(turn);
  const isFirst = turn.state.hasBeenReady && !turn.before.hasBeenReady;
  return [...lines, ...(isFirst ? [allReady(turn)] : []), ...idleLines(turn)];
}

function eventLines(turn: Turn): Line[] {
  const { event } = turn;
  switch (event.type) {
    case "files-changed":
      return savedLines(turn, event.paths);
    case "step-finished":
      return finishedLines(turn, event);
    case "step-failed":
      return failedLines(event);
    case "step-cancelled":
      return isWorthTelling(turn, event.step.type)
        ? [line(event.step.subject, "cancelled", `${event.step.type}: something newer came`, "quiet")]
        : [];
    case "service-troubled":
      return troubledLines(turn, event);
    case "service-recovered":
      return [line(event.service, "recovered", "its newest pod is Ready", "good")];
    case "noticed":
      return [findingLine("", event.finding.severity, event.finding)];
    case "drifted":
      return [line(event.service ?? "cluster", "drifted", `${listed(event.objects, 3)}: applied again`, "warning")];
    case "cluster-lost":
      return [findingLine("cluster", "lost", event.finding)];
    case "cluster-returned":
      return [line("cluster", "returned", "it answers again", "good")];
    case "commanded":
      return [commandLine(turn, event.command)];
    case "retry-due":
    case "target-read":
    case "step-started":
    case "stop-requested":
      return [];
  }
}

function troubledLines(
  { before }: Turn,
  { service, finding }: Extract<LoopEvent, { type: "service-troubled" }>,
): Line[] {
  // That it has become final changes what the loop does, not what there is to say.
  const isKnown = before.services.get(service)?.trouble?.finding.message === finding.message;
  return isKnown ? [] : [findingLine(service, "trouble", finding)];
}

function failedLines({ step, findings, ms }: Extract<LoopEvent, { type: "step-failed" }>): Line[] {
  // It is read again at once: nothing that anybody has to mend.
  if (isOvertaken(findings)) return [line(step.subject, "changed", "while it was read: once more", "quiet")];
  if (step.type === "sync")
    return findings.map((finding) => ({
      ...findingLine(step.subject, "sync", { ...finding, severity: "warning" }),
      text: `cannot be copied: ${finding.message}: building the image instead [${finding.code}]`,
      ms,
    }));
  return findings.map((finding) => ({ ...findingLine(step.subject, "failed", finding), ms }));
}

function commandLine({ before }: Turn, command: Command): Line {
  if (command.type === "disable" && !canBeDisabled(before, command.service))
    return line(command.service, "kept", "it has no pods that could be taken away", "warning");
  const subject = "service" in command ? (command.service ?? "all") : "all";
  return line(subject, "asked", command.type, "quiet");
}

/** One line per image whose context a save falls into. */
function savedLines({ state }: Turn, paths: readonly string[]): Line[] {
  return affectedImages(state.target?.images ?? [], paths).flatMap((reference) => {
    const target = state.images.get(reference)?.target;
    if (!target) return [];
    const inside = paths.filter((path) => affectedImages([target], [path]).length > 0);
    return [line(target.name, "saved", listed(inside, 3), "quiet")];
  });
}

function finishedLines(
  { before, state }: Turn,
  { step, result, ms, atMs }: Extract<LoopEvent, { type: "step-finished" }>,
): Line[] {
  const done = (stage: string, text: string, tone: Line["tone"] = "plain"): Line[] => [
    { subject: step.subject, stage, ms, text, tone },
  ];
  const cached = (how: string): string =>
    (result.type === "built" || result.type === "delivered") && result.isCached ? `  (${how})` : "";
  switch (step.type) {
    case "read":
      return done("read", count(state.services.size, "service"));
    case "prepare":
      return done("ready", namespaceNames(step.target.shared.objects));
    case "digest":
      return isDelivered(before, step.image.reference) || !isDelivered(state, step.image.reference)
        ? []
        : done("unchanged", "same content: nothing to do", "quiet");
    case "build":
      return done("build", `${step.tag}${cached("built before")}`);
    case "deliver":
      return done("deliver", `${step.tag}${cached("already in the cluster")}`);
    case "apply":
      return done("apply", count(step.drawing.objects.length, "object"));
    case "prune":
      return result.type === "pruned" && result.objects.length > 0 ? done("prune", listed(result.objects, 5)) : [];
    case "sync":
      return done("sync", listed(step.paths, 3), "good");
    case "restart":
      return done("restart", "");
    case "observe":
      return done("ready", sinceSave(before.services.get(step.service), atMs), "good");
  }
}

/** How long the user has waited, all stages together. */
function sinceSave({ changedAtMs }: Pick<ServiceState, "changedAtMs"> = { changedAtMs: null }, atMs: number): string {
  return changedAtMs === null ? "" : `${duration(atMs - changedAtMs)} since the change`;
}

function namespaceNames(
  objects: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[],
): string {
  return listed(
    objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
    5,
  );
}

/** Said once: later, each service speaks for itself. */
function allReady({ state }: Turn): Line {
  const forwards = (state.target?.services ?? []).flatMap(({ name, forwards: ports }) =>
    ports.map(({ localPort }) => `${name} http://localhost:${localPort}`),
  );
  const services = count(state.services.size, "service");
  return line("all", "ready", [services, ...forwards].join("  "), "good");
}

/** Nothing runs any more, and yet not everything is done: why. */
function idleLines({ event, state, plan }: Turn): Line[] {
  const isStepEnd = event.type === "step-finished" || event.type === "step-failed" || event.type === "service-troubled";
  if (!isStepEnd || state.running.size > 0 || plan.steps.length > 0) return [];
  // Who waits for nobody but itself has failed, and that was said.
  const holds = plan.holds.filter(
    ({ subject, reason, on }) => reason !== "failed" && on.some((name) => name !== subject),
  );
  return holds.map((hold) => line(hold.subject, "waits", holdText(hold), "warning"));
}

export function holdText({ reason, on }: Hold): string {
  const names = on.join(" and ");
  switch (reason) {
    case "not-prepared":
      return "for the namespaces";
    case "base-not-built":
      return `for ${names}, which it is built on`;
    case "image-not-delivered":
      return `for the image of ${names}`;
    case "dependency-not-started":
      return `for ${names} to start`;
    case "dependency-not-ready":
      return `for ${names} to become Ready`;
    case "paused":
      return "because the loop is paused: press p";
    case "failed":
      return "for a change: it has failed as it is";
    case "cancelling":
      return "for its former version to stop";
    case "slot":
      return "for its turn";
  }
}

function isWorthTelling({ state }: Turn, type: string): boolean {
  return !state.isStopping && (type === "build" || type === "deliver");
}

export function verifiedLine({ service, name, durationMs, finding }: Verified): Line {
  const ms = durationMs;
  return finding
    ? { ...findingLine(service, "failed", finding), ms }
    : { ...line(service, "verified", name, "good"), ms };
}

/** Cause, place, fix and code, on one line. */
export function findingLine(subject: string, stage: string, { where, message, fix, code, severity }: Finding): Line {
  return line(subject, stage, `${where}: ${message}; fix: ${fix} [${code}]`, severity === "error" ? "bad" : "warning");
}

/** `132 ms`, `1.2 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function line(subject: string, stage: string, text: string, tone: Line["tone"]): Line {
  return { subject, stage, ms: null, text, tone };
}
