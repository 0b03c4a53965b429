import { type JsonObject, mergePatch } from "../../../lib/merge.ts";
import type { Entry, Part } from "../entry.ts";

export function part(service: JsonObject, entries: readonly Entry[], registry: JsonObject = {}): Part {
  return { service, registry, entries };
}

/** Parts together; where two say the same field, the later one does. */
export function together(parts: readonly Part[]): Part {
  return parts.reduce<Part>(
    (all, one) => ({
      service: mergePatch(all.service, one.service) as JsonObject,
      registry: mergePatch(all.registry, one.registry) as JsonObject,
      entries: [...all.entries, ...one.entries],
    }),
    { service: {}, registry: {}, entries: [] },
  );
}
