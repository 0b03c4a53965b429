import { type Stats, lstatSync, statSync } from "node:fs";
import { isNodeError } from "./errors.ts";

/** What is at a path, links followed; null where nobody can see anything, also below what is a file by now: `throwIfNoEntry: false` throws ENOTDIR there. */
export function statOrNull(path: string): Stats | null {
  return orNull(() => statSync(path));
}

/** The same of a link itself. */
export function lstatOrNull(path: string): Stats | null {
  return orNull(() => lstatSync(path));
}

function orNull(look: () => Stats): Stats | null {
  try {
    return look();
  } catch (error) {
    if (isNodeError(error)) return null;
    throw error;
  }
}
