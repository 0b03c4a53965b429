import type { Finding } from "../../tools/lib/errors.ts";
import type { LoopEvent } from "../core/events.ts";

/** Tells each trouble of a service once, and that it is over. A service and its job can both be in trouble: owners. */
export interface Teller {
  tell(service: string, owner: string, finding: Finding, isFinal: boolean): void;
  /** An owner's pods are well; what was told of it is over. */
  recovered(service: string, owner: string): void;
  /** Everything of the service is well. */
  allRecovered(service: string): void;
  /** What was told means nothing any more. */
  forget(service: string): void;
  /** What was told last and is not over. */
  lastOf(service: string): Finding | null;
}

interface Told {
  readonly finding: Finding;
  readonly isFinal: boolean;
  /** Everything that was said since it was last well: two symptoms of one cause may take turns. */
  readonly sayings: Set<string>;
}

export function newTeller(emit: (event: LoopEvent) => void): Teller {
  /** By service, then by owner. */
  const told = new Map<string, Map<string, Told>>();
  return {
    tell(service, owner, finding, isFinal) {
      const owners = told.get(service) ?? new Map<string, Told>();
      const last = owners.get(owner);
      const saying = sayingOf(finding);
      const isKnown = last?.sayings.has(saying) ?? false;
      if (last && isKnown && (last.isFinal || !isFinal || sayingOf(last.finding) !== saying)) return;
      // The same words again, so that nobody takes another time of day in a log line for another trouble.
      const words = last && isKnown ? last.finding : finding;
      owners.set(owner, { finding: words, isFinal, sayings: (last?.sayings ?? new Set()).add(saying) });
      told.set(service, owners);
      emit({ type: "service-troubled", service, finding: words, isFinal });
    },
    recovered(service, owner) {
      const owners = told.get(service);
      if (!owners?.delete(owner)) return;
      const [rest] = owners.values();
      if (rest) emit({ type: "service-troubled", service, finding: rest.finding, isFinal: rest.isFinal });
      else emit({ type: "service-recovered", service });
    },
    allRecovered(service) {
      if ((told.get(service)?.size ?? 0) > 0) emit({ type: "service-recovered", service });
      told.delete(service);
    },
    forget: (service) => void told.delete(service),
    lastOf: (service) => [...(told.get(service)?.values() ?? [])].at(-1)?.finding ?? null,
  };
}

/** A finding without what is different each time: numbers, ids, times, and which pod it is. */
function sayingOf({ code, message }: Finding): string {
  return `${code} ${message.replaceAll(/\b[\da-f]{8,}\b|\d+/gi, "#")}`;
}
