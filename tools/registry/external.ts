import type { JsonObject } from "../lib/merge.ts";

/** What a service of kind External may say: everything else is about pods, and it has none here. */
export const EXTERNAL_FIELDS: readonly string[] = [
  "description",
  "kind",
  "namespace",
  "ports",
  "service",
  "external",
  "labels",
  "patches",
];

/** A service that runs elsewhere, without what the layers below it say about pods. */
export function externalPart(merged: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(merged).filter(([key]) => EXTERNAL_FIELDS.includes(key)));
}
