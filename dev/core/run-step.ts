import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { LoopEvent, StepResult } from "./events.ts";
import type { Ports } from "./ports.ts";
import type { Step } from "./step.ts";

/** Does one step and tells how it ended. Never throws: a failure is an event like any other. */
export async function runStep(step: Step, ports: Ports, signal: AbortSignal): Promise<LoopEvent> {
  const startedMs = ports.clock.nowMs();
  const elapsedMs = (): number => ports.clock.nowMs() - startedMs;
  try {
    const result = await perform(step, ports, signal);
    if (signal.aborted) return { type: "step-cancelled", step };
    return { type: "step-finished", step, result, ms: elapsedMs(), atMs: ports.clock.nowMs() };
  } catch (error) {
    if (signal.aborted) return { type: "step-cancelled", step };
    return { type: "step-failed", step, findings: findingsOfFailure(step, error), ms: elapsedMs() };
  }
}

async function perform(step: Step, ports: Ports, signal: AbortSignal): Promise<StepResult> {
  switch (step.type) {
    case "read":
      return { type: "read", target: await ports.registry.read() };
    case "prepare":
      return ports.cluster.prepare(step, signal).then(() => ({ type: "prepared" }));
    case "digest":
      return { type: "digested", tag: await ports.builder.digest(step, signal) };
    case "build":
      return { type: "built", isCached: await ports.builder.build(step, signal) };
    case "deliver":
      return { type: "delivered", isCached: await ports.delivery.deliver(step, signal) };
    case "apply":
      return { type: "applied", objects: await ports.cluster.apply(step, signal) };
    case "prune":
      return { type: "pruned", objects: await ports.cluster.prune(step, signal) };
    case "sync":
      return ports.containers.sync(step, signal).then(() => ({ type: "synced" }));
    case "restart":
      return ports.cluster.restart(step, signal).then(() => ({ type: "restarted" }));
    case "observe":
      return ports.cluster.observe(step, signal).then(() => ({ type: "ready" }));
  }
}

/** A session outlives its failures, even those that nobody foresaw. */
function findingsOfFailure(step: Step, error: unknown): readonly Finding[] {
  if (error instanceof UserError) return error.findings;
  const message = error instanceof Error ? error.message : String(error);
  return [
    {
      code: "STEP_FAILED",
      severity: "error",
      where: `${step.subject} ${step.type}`,
      message,
      fix: "save the file again to retry; if it stays, DEBUG=1 shows more",
    },
  ];
}
