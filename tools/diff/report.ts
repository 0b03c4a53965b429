import type { EnvironmentDiff } from "./platform.ts";
import { type Statement, ANY, forAny, merged, statementsOf, stepText } from "./statements.ts";
import { summaryLines } from "./summary.ts";
import { objectTitle } from "./object-name.ts";

/** Something that is true of these environments alike. */
export interface Told<T> {
  readonly environments: readonly string[];
  readonly what: T;
}

/** A change that the API refuses: the change, its own words, and what to do instead. */
export interface RefusedText {
  readonly title: string;
  readonly messages: readonly string[];
  readonly steps: readonly string[];
}

/** The diff of a platform in the order in which a person reads it, equal things told once. */
export interface Report {
  readonly environments: number;
  readonly summaries: readonly Told<readonly string[]>[];
  readonly refused: readonly Told<readonly RefusedText[]>[];
  readonly changes: readonly Told<readonly Statement[]>[];
  /** Commands for what an apply leaves behind. */
  readonly removals: readonly Told<readonly string[]>[];
}

export function reportOf(diffs: readonly EnvironmentDiff[]): Report {
  return {
    environments: diffs.length,
    summaries: grouped(diffs, (diff) => [summaryLines(diff)]).map(({ environments, what }) => ({
      environments,
      what: what.flat(),
    })),
    refused: grouped(diffs, refusedTexts).map((told) => ({
      ...told,
      what: told.what.map((one) => inOwnName(one, told)),
    })),
    changes: grouped(diffs, statementsOf).map(({ environments, what }) => ({ environments, what: merged(what) })),
    removals: grouped(diffs, ({ removals }) => removals.map(stepText)),
  };
}

/**
 * What each environment says, told once for all that say it: a group for each set of environments, the widest first.
 * Within a group things stay in the order in which they were said.
 */
function grouped<T>(diffs: readonly EnvironmentDiff[], say: (diff: EnvironmentDiff) => readonly T[]): Told<T[]>[] {
  const sayers = new Map<string, { readonly what: T; readonly environments: string[] }>();
  for (const diff of diffs)
    for (const what of say(diff)) {
      const key = JSON.stringify(what);
      const known = sayers.get(key);
      if (!known) sayers.set(key, { what, environments: [diff.environment] });
      else if (!known.environments.includes(diff.environment)) known.environments.push(diff.environment);
    }
  const groups = new Map<string, Told<T[]>>();
  for (const { what, environments } of sayers.values()) {
    const key = environments.join(" ");
    groups.set(key, { environments, what: [...(groups.get(key)?.what ?? []), what] });
  }
  return [...groups.values()].toSorted((a, b) => b.environments.length - a.environments.length);
}

function refusedTexts({ environment, changes }: EnvironmentDiff): RefusedText[] {
  return changes.flatMap(({ object, refused, steps }) => {
    if (refused.length === 0) return [];
    const messages = refused.map(({ message }) => message ?? "the API keeps the old value and says nothing");
    return [
      {
        title: objectTitle(object),
        messages: [...new Set(messages)],
        steps: steps.map((step) => forAny(stepText(step), environment)),
      },
    ];
  });
}

function inOwnName(refused: RefusedText, { environments }: Told<unknown>): RefusedText {
  const [only] = environments;
  if (environments.length !== 1 || only === undefined) return refused;
  return { ...refused, steps: refused.steps.map((step) => step.replaceAll(`overlays/${ANY}`, `overlays/${only}`)) };
}
