import { byCodePoint } from "../lib/merge.ts";
import { count, listed } from "../lib/text.ts";
import type { Model } from "../model/model.ts";
import type { Placed } from "../render/render.ts";
import { CATEGORIES, type Category, REST } from "./categories.ts";
import { type Difference, differences } from "./difference.ts";
import { markdownTable } from "./markdown.ts";

/** One environment, drawn. */
export interface Rendered {
  readonly model: Model;
  readonly placed: readonly Placed[];
}

/** One line of the table. */
export interface Row {
  readonly title: string;
  /** Services and namespaces. */
  readonly owners: readonly string[];
  readonly here: string;
  readonly there: string;
  /** What it tells; none for what is no field of an object. */
  readonly differences: readonly Difference[];
}

/** The environment that the others can be measured by: the air gap's, else production's. */
export function strictestOf<T extends { readonly model: Pick<Model, "profile" | "environment"> }>(
  environments: readonly T[],
): T | null {
  const ofProfile = (wanted: string): T | undefined =>
    environments
      .filter(({ model }) => model.profile === wanted)
      .toSorted((a, b) => byCodePoint(a.model.environment ?? "", b.model.environment ?? ""))[0];
  return ofProfile("airgap") ?? ofProfile("prod") ?? null;
}

/** For a local environment only: that nothing else differs is what makes a laptop find what production would. */
export function comparisonSection(rendered: Rendered, strictest: Rendered | null): string[] {
  if (rendered.model.profile !== "local" || strictest === null) return [];
  const [here, there] = [rendered.model.environment ?? "", strictest.model.environment ?? ""];
  const rows = compare(rendered, strictest);
  return [
    `## What \`${here}\` does differently from \`${there}\``,
    rows.length === 0
      ? "Nothing."
      : markdownTable(
          ["what", "of", here, there],
          rows.map((row) => [row.title, listed(row.owners, MOST), row.here, row.there]),
        ),
  ];
}

const MOST = 6;

/** Every difference of two environments, each in exactly one row. */
export function compare(here: Rendered, there: Rendered): Row[] {
  const all = differences(here.placed, there.placed);
  const models: Models = [here.model, there.model];
  const categories = [mocked(models), leftOut(models), ...CATEGORIES, REST];
  const first = new Map(all.map((difference) => [difference, categories.find(({ takes }) => takes(difference))]));
  const rows = categories.flatMap((category) => {
    const own = all.filter((difference) => first.get(difference) === category);
    return own.length === 0 ? [] : [rowOf(category, own, models)];
  });
  return [...rows, ...secretsRow(models)];
}

type Models = readonly [here: Model, there: Model];

/** A mock shares the name, the ports and the Service, and nothing else: field by field it would say nothing. */
function mocked([here, there]: Models): Category {
  const known = new Map([here, there].map((model) => [model, new Map(model.services.map((one) => [one.name, one]))]));
  const isMocked = (model: Model, service: string | null): boolean | undefined =>
    known.get(model)?.get(service ?? "")?.isMocked;
  const isBoth = (service: string | null): boolean =>
    isMocked(here, service) !== undefined && isMocked(there, service) !== undefined;
  return {
    title: "mocks",
    takes: ({ service }) => isBoth(service) && isMocked(here, service) !== isMocked(there, service),
    say: (_, { service }, model) => (isMocked(model, service) === true ? "a mock, no GPU" : "the real one"),
  };
}

function leftOut([here, there]: Models): Category {
  const names = new Map([here, there].map((model) => [model, new Set(model.services.map(({ name }) => name))]));
  const has = (model: Model, service: string | null): boolean => names.get(model)?.has(service ?? "") ?? false;
  return {
    title: "services",
    takes: ({ service }) => has(here, service) !== has(there, service),
    say: (_, { service }, model) => (has(model, service) ? "runs" : "left out"),
  };
}

function rowOf({ title, say }: Category, own: readonly Difference[], [here, there]: Models): Row {
  const cell = (model: Model, side: "here" | "there"): string =>
    summary(
      own.flatMap((difference) =>
        [say(difference[side], difference, model)].flat().map((words) => [difference.owner, words] as const),
      ),
    );
  const [ours, theirs] = [cell(here, "here"), cell(there, "there")];
  // Where only names are told, they are told once.
  return { title, owners: ownersOf(own), here: ours, there: ours === theirs ? "otherwise" : theirs, differences: own };
}

function ownersOf(own: readonly Difference[]): string[] {
  return [...new Set(own.map(({ owner }) => owner))].toSorted(byCodePoint);
}

const MOST_VALUES = 4;

/** What they have; who has it, where not all have the same: first what most have. */
function summary(said: readonly (readonly [owner: string, words: string])[]): string {
  const ofOwner = groups(said);
  const owners = groups([...ofOwner].map(([owner, words]) => [listed([...words], MOST), owner] as const));
  const values = [...owners].toSorted((a, b) => b[1].size - a[1].size);
  if (values.length < 2) return values[0]?.[0] ?? "–";
  const told = values.slice(0, MOST_VALUES).map(([words, of]) => `${listed([...of], MOST_VALUES)}: ${words}`);
  const more = values.length - told.length;
  return `${told.join("; ")}${more > 0 ? `; ${count(more, "more value")}` : ""}`;
}

function groups(pairs: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [key, value] of pairs) found.set(key, (found.get(key) ?? new Set()).add(value));
  return found;
}

const GIVEN: Readonly<Record<string, string>> = {
  generated: "generated",
  existing: "given",
  envFile: "from a file of variables",
  externalSecret: "by External Secrets",
};

/** No object of the overlay: how Secrets come to exist is the environment's own. */
function secretsRow([here, there]: Models): Row[] {
  const givers = (model: Model): ReadonlyMap<string, string> =>
    new Map(model.secrets.map(({ name, from }) => [name, GIVEN[from] ?? from]));
  const [ours, theirs] = [givers(here), givers(there)];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((name) => ours.get(name) !== theirs.get(name))
    .toSorted(byCodePoint);
  if (names.length === 0) return [];
  const cell = (of: ReadonlyMap<string, string>): string =>
    summary(names.map((name) => [name, of.get(name) ?? "not needed"]));
  return [{ title: "Secrets", owners: names, here: cell(ours), there: cell(theirs), differences: [] }];
}
