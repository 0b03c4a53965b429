import type { LoopEvent } from "../../dev/core/events.ts";
import type { Finding } from "../../tools/lib/errors.ts";

// What an observer has told, with the time at which it did.

export interface Told {
  readonly atMs: number;
  readonly event: LoopEvent;
}

export function findingsOf(told: readonly Told[], service: string): Finding[] {
  return told.flatMap(({ event }) =>
    event.type === "service-troubled" && event.service === service ? [event.finding] : [],
  );
}

/** How often a service had been well again when something was told of it. */
export function recovered(told: readonly Told[], service: string, until: LoopEvent): number {
  const before = told.slice(
    0,
    told.findIndex(({ event }) => event === until),
  );
  return before.filter(({ event }) => event.type === "service-recovered" && event.service === service).length;
}

export function typesOf(told: readonly Told[], service: string): string[] {
  return told.flatMap(({ event }) => ("service" in event && event.service === service ? [event.type] : []));
}
