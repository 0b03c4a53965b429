import type { Turn } from "../core/loop.ts";
import { isAllReady } from "../core/current.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Step } from "../core/step.ts";
import type { Display } from "./display.ts";

/** Raised when a reader of what was written before would be wrong. */
const FORMAT = 1;

/** One JSON document per line and event, for machines, as events.schema.json describes them. */
export function ndjsonDisplay(write: (text: string) => void, now: () => Date): Display {
  const print = (record: Readonly<Record<string, unknown>>): void =>
    write(`${JSON.stringify({ time: now().toISOString(), ...record })}\n`);
  const startedMs = new Map<string, number>();
  return {
    begin: ({ platform, environment, context, evidence }) =>
      print({ type: "session-started", format: FORMAT, platform, environment, context, evidence }),
    progress: (message) => print({ type: "progress", message }),
    turn(turn) {
      const record = recordOf(turn);
      if (record) print({ ...record, ...cancelledAfter(turn.event) });
      if (isAllReady(turn.state) && !isAllReady(turn.before)) print({ type: "all-ready" });
    },
    findings: (findings) => findings.forEach((finding) => print({ type: "finding", finding })),
    verified: ({ service, name, durationMs, finding }) =>
      print({ type: "verified", service, name, ms: Math.round(durationMs), finding }),
    end: (message) => print({ type: "session-ended", message }),
  };

  /** Whoever gives a stage up does not look at a clock. */
  function cancelledAfter(event: LoopEvent): { readonly ms?: number } {
    const nowMs = now().getTime();
    if (event.type === "step-started") startedMs.set(event.step.key, nowMs);
    if (event.type !== "step-cancelled") return {};
    return { ms: Math.max(0, nowMs - (startedMs.get(event.step.key) ?? nowMs)) };
  }
}

/** The event without what only the loop itself needs; null for what machines have no use for. */
export function recordOf({ event }: Turn): Readonly<Record<string, unknown>> | null {
  switch (event.type) {
    case "target-read":
      return {
        type: "registry-read",
        environment: event.target.environment,
        services: event.target.services.map(({ name }) => name),
      };
    case "files-changed":
      return { type: event.type, paths: event.paths };
    case "step-started":
    case "step-cancelled":
      return { type: event.type, ...stepRecord(event.step) };
    case "step-finished":
      return {
        type: event.type,
        ...stepRecord(event.step),
        ms: Math.round(event.ms),
        ...("isCached" in event.result && { isCached: event.result.isCached }),
        ...("tag" in event.result && { tag: event.result.tag }),
        ...(event.result.type === "applied" && { sent: event.result.objects }),
        ...(event.result.type === "pruned" && { deleted: event.result.objects }),
      };
    case "step-failed":
      return { type: event.type, ...stepRecord(event.step), ms: Math.round(event.ms), findings: event.findings };
    case "service-troubled":
      return { type: event.type, service: event.service, finding: event.finding, isFinal: event.isFinal };
    case "service-recovered":
      return { type: event.type, service: event.service };
    case "drifted":
      return { type: event.type, service: event.service, objects: event.objects };
    case "cluster-lost":
      return { type: event.type, finding: event.finding };
    case "cluster-returned":
      return { type: event.type };
    case "commanded":
      return { ...event.command, type: event.type, command: event.command.type };
    case "noticed":
      return { type: "finding", finding: event.finding };
    case "stop-requested":
      return { type: event.type };
    case "retry-due":
      return null;
  }
}

function stepRecord(step: Step): Readonly<Record<string, unknown>> {
  return {
    stage: step.type,
    subject: step.subject,
    ...("tag" in step && { image: step.tag }),
    ...("drawing" in step && { objects: step.drawing.objects.length }),
    ...("paths" in step && { paths: step.paths }),
  };
}
