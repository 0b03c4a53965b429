import type { LoopEvent } from "../core/events.ts";
import type { Turn } from "../core/loop.ts";
import type { State } from "../core/state.ts";
import type { StepType } from "../core/step.ts";

/** What happened, as far as the screen still tells of it. */
export interface Memory {
  /** Key of each running step → when it began. */
  readonly startedMs: ReadonlyMap<string, number>;
  /** Service → how long its last change took until it was Ready. */
  readonly readyInMs: ReadonlyMap<string, number>;
  /** Service → when it was last Ready. */
  readonly readyAtMs: ReadonlyMap<string, number>;
  /** `digest mage/core:dev`, `apply core` → how long it took the last time, and when that was. */
  readonly stages: ReadonlyMap<string, Stage>;
  /** Where the time of the last change went. */
  readonly budget: Budget | null;
}

export interface Budget {
  readonly service: string;
  readonly stages: readonly { readonly stage: StepType; readonly ms: number }[];
  /** Null where nobody waited for a change. */
  readonly totalMs: number | null;
}

interface Stage {
  readonly ms: number;
  readonly endMs: number;
}

export const noMemory: Memory = {
  startedMs: new Map(),
  readyInMs: new Map(),
  readyAtMs: new Map(),
  stages: new Map(),
  budget: null,
};

const IMAGE_STAGES = ["digest", "build", "deliver"] as const;
const SERVICE_STAGES = ["sync", "apply", "restart", "observe"] as const;

/** Pure. */
export function remembered(memory: Memory, { event, before }: Turn): Memory {
  if (!("step" in event)) return memory;
  const { key } = event.step;
  if (event.type === "step-started") return { ...memory, startedMs: new Map(memory.startedMs).set(key, event.atMs) };
  const ended = forgotten(memory, key);
  return event.type === "step-finished" ? finished(ended, event, before) : ended;
}

function forgotten(memory: Memory, key: string): Memory {
  const startedMs = new Map(memory.startedMs);
  startedMs.delete(key);
  return { ...memory, startedMs };
}

function finished(
  memory: Memory,
  { step, ms, atMs }: Extract<LoopEvent, { type: "step-finished" }>,
  before: State,
): Memory {
  const what = "image" in step ? step.image.reference : step.subject;
  const stages = new Map(memory.stages).set(`${step.type} ${what}`, { ms, endMs: atMs });
  const next = { ...memory, stages };
  return step.type === "observe" || step.type === "sync" ? ready(next, step.subject, before, atMs) : next;
}

/** A change has arrived: everything since it was noticed belongs to it. */
function ready(memory: Memory, name: string, before: State, atMs: number): Memory {
  const service = before.services.get(name);
  if (!service) return memory;
  const { changedAtMs, target } = service;
  const images = target.images.flatMap((reference) => [
    ...(before.images.get(reference)?.target.bases ?? []),
    reference,
  ]);
  const sinceMs = changedAtMs ?? memory.readyAtMs.get(name) ?? 0;
  const spent = (stage: StepType, what: readonly string[]): Budget["stages"] => {
    const times = what.flatMap((one) => memory.stages.get(`${stage} ${one}`) ?? []);
    const ms = times.filter(({ endMs }) => endMs >= sinceMs).reduce((sum, time) => sum + time.ms, 0);
    return ms === 0 ? [] : [{ stage, ms }];
  };
  const totalMs = changedAtMs === null ? null : atMs - changedAtMs;
  return {
    ...memory,
    readyAtMs: new Map(memory.readyAtMs).set(name, atMs),
    readyInMs: totalMs === null ? memory.readyInMs : new Map(memory.readyInMs).set(name, totalMs),
    budget: {
      service: name,
      stages: [
        ...IMAGE_STAGES.flatMap((stage) => spent(stage, images)),
        ...SERVICE_STAGES.flatMap((stage) => spent(stage, [name])),
      ],
      totalMs,
    },
  };
}
