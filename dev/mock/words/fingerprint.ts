import { createHash } from "node:crypto";

// Every answer is a function of the request alone: the same request gets the same id, text and
// token counts, today and on every machine. That includes `created`, which is one fixed instant.
// How the answer travels (`stream`, `stream_options`) and the order of keys change nothing.

/** 2025-01-01T00:00:00Z */
export const createdAtSeconds = 1_735_689_600;
export const createdAt = "2025-01-01T00:00:00Z";

/** 64 hexadecimal digits that depend on every value given and on nothing else. */
export function fingerprint(...values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values, sortedKeys)).digest("hex");
}

/** A whole number below `limit`, from the digits at `position` (0 to 15) of a fingerprint. */
export function pick(seed: string, position: number, limit: number): number {
  return Number.parseInt(seed.slice(position * 4, position * 4 + 4), 16) % limit;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
