import type { Finding } from "../../lib/errors.ts";
import type { EffectiveService } from "../effective.ts";
import type { Registry } from "../schema.ts";
import type { Path, Source } from "../source.ts";

/** The registry as one environment (or the base: null) sees it. */
export interface Scope {
  readonly registry: Registry;
  readonly source: Source;
  readonly environment: string | null;
  readonly services: ReadonlyMap<string, EffectiveService>;
}

/**
 * What a rule asks of all services at once. Rules run once for each service: asked anew every time, a platform of
 * thousands would take minutes.
 */
export function oncePerScope<T>(ask: (scope: Scope) => T): (scope: Scope) => T {
  const known = new WeakMap<Scope, { readonly answer: T }>();
  return (scope) => {
    const found = known.get(scope) ?? { answer: ask(scope) };
    known.set(scope, found);
    return found.answer;
  };
}

/** A rule about one service; the runner adds the place. */
export interface Problem {
  readonly code: string;
  readonly severity?: Finding["severity"];
  /** Within the service; the layer that says it is found by the runner. */
  readonly path: Path;
  /** Place in the file, where a rule has looked at one layer only. */
  readonly at?: Path;
  readonly message: string;
  readonly fix: string;
}

export type ServiceRule = (effective: EffectiveService, scope: Scope) => Problem[];

/** A rule about the registry as a whole; `path` is the path in the file. */
export type RegistryRule = (registry: Registry) => Problem[];
