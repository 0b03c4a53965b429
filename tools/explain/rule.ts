import type { Environment } from "../registry/schema.ts";
import type { Service } from "../registry/schema/service.ts";
import type { Path } from "../registry/source.ts";
import type { KubeObject } from "../render/object.ts";

/** One reason for a field's value; a rule lists them, strongest first. */
export type Cause =
  /** A path in the service as the environment sees it: the layer that writes it, or a built-in default. */
  | { readonly service: Path }
  /** A path in services.json. */
  | { readonly registry: Path }
  /** Said where nothing is written: what Slipway does of its own accord, and why. */
  | { readonly rule: string };

/** What a pattern matched. */
export interface Match {
  /** By the names in braces, brackets taken away. */
  readonly captures: Readonly<Record<string, string>>;
  /** What `**` matched. */
  readonly tail: readonly string[];
  readonly object: KubeObject;
  /** The entry of the registry that the object comes from. */
  readonly pointer: Path;
  /** The service as the environment sees it; null for what belongs to none. */
  readonly effective: Service | null;
  readonly settings: Environment;
  /** Name of the service; empty for what belongs to none. */
  readonly owner: string;
  readonly environment: string;
  /**
   * Name of the entry that the object is for, within the list of its kind: a job, a route, a volume, a namespace. Empty for
   * what belongs to the service as a whole.
   */
  readonly entry: string;
  /** Where in the service the program of the matched container is written. */
  readonly programOf: (container: string) => Path;
}

/**
 * A pattern of a field's path and the reasons for it. Steps are parted by blanks; `{name}` captures one step, `**` the rest.
 * The first rule that matches answers.
 */
export type Rule = readonly [pattern: string, causes: (match: Match) => readonly Cause[]];

export function service(...path: Path): Cause {
  return { service: path };
}

export function registry(...path: Path): Cause {
  return { registry: path };
}

export function rule(text: string): Cause {
  return { rule: text };
}

/** Rules for what lies below a path. */
export function below(prefix: string, rules: readonly Rule[]): Rule[] {
  return rules.map(([pattern, causes]) => [`${prefix} ${pattern}`.trim(), causes]);
}

/** The steps that a pattern captured, or null when it does not match. */
export function matched(pattern: string, path: readonly string[]): Pick<Match, "captures" | "tail"> | null {
  const steps = pattern.split(" ");
  const isOpen = steps.at(-1) === "**";
  const fixed = isOpen ? steps.slice(0, -1) : steps;
  if (path.length < fixed.length || (!isOpen && path.length !== fixed.length)) return null;
  const captures: Record<string, string> = {};
  for (const [i, step] of fixed.entries()) {
    const actual = path[i] ?? "";
    if (step.startsWith("{")) captures[step.slice(1, -1)] = actual.replace(/^\[(.*)\]$/, "$1");
    else if (step !== actual) return null;
  }
  return { captures, tail: path.slice(fixed.length) };
}
