import type { Finding } from "../../lib/errors.ts";
import type { JsonObject } from "../../lib/merge.ts";
import { type ComposeNode, pathText } from "./node.ts";

/** What became of one key of a Compose file. */
export interface Entry {
  readonly path: readonly string[];
  readonly where: string;
  /** The field of services.json that says it now; null where none does. */
  readonly to: string | null;
  /** What a person must know or do; null where all is said. */
  readonly told: Told | null;
}

export interface Told {
  readonly code: ImportCode;
  readonly message: string;
  readonly fix: string;
}

/** NOT_CARRIED: nothing takes it over. PARTLY: something of it is lost. GUESS: right or wrong only a person can say. */
export type ImportCode =
  | "COMPOSE_NOT_CARRIED"
  | "COMPOSE_PARTLY"
  | "COMPOSE_GUESS"
  | "COMPOSE_SECRET"
  | "COMPOSE_VARIABLE"
  | "COMPOSE_RENAMED"
  | "COMPOSE_UNKNOWN_KEY"
  | "COMPOSE_UNREADABLE";

/** What a piece of a Compose service becomes: fields of a service, and of the registry's top level. */
export interface Part {
  readonly service: JsonObject;
  readonly registry: JsonObject;
  readonly entries: readonly Entry[];
}

export const NOTHING: Part = { service: {}, registry: {}, entries: [] };

export function carried(node: ComposeNode, to: string, told: Told | null = null): Entry {
  return { path: node.path, where: node.where, to, told };
}

/** Nothing takes it over. */
export function lost(node: ComposeNode, message: string, fix: string): Entry {
  const code = "COMPOSE_NOT_CARRIED";
  return {
    path: node.path,
    where: node.where,
    to: null,
    told: { code, message: `${pathText(node.path)}: ${message}`, fix },
  };
}

export function partly(node: ComposeNode, message: string, fix: string): Told {
  return { code: "COMPOSE_PARTLY", message: `${pathText(node.path)}: ${message}`, fix };
}

export function guess(node: ComposeNode, message: string, fix: string): Told {
  return { code: "COMPOSE_GUESS", message: `${pathText(node.path)}: ${message}`, fix };
}

export function finding(where: string, { code, message, fix }: Told): Finding {
  return { code, severity: "warning", where, message, fix };
}

/** Something wrong in what was given: nothing is written. */
export function mistake(code: string, where: string, message: string, fix: string): Finding {
  return { code, severity: "error", where, message, fix };
}
