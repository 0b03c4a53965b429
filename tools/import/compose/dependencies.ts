import { type Entry, carried, guess, lost, partly } from "./entry.ts";
import { mountedTexts } from "./mounted-texts.ts";
import { type ComposeNode, at, entriesOf, isMapping, itemsOf, textOf } from "./node.ts";
import { type ComposeService, type Project } from "./project.ts";
import { servicesIn } from "./references.ts";
import { variablesOf } from "./variables.ts";
import { wordsOf } from "./words.ts";

/** One service needs another: the loop starts it later, and policies let it through. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isHealthy: boolean;
  /** Where it is said; `told` is what a person must know of it. */
  readonly entry: Entry;
}

export type DependsOn = Readonly<Record<string, { readonly condition?: "healthy" }>>;

export interface Dependencies {
  readonly dependsOn: ReadonlyMap<string, DependsOn>;
  readonly entries: readonly Entry[];
}

/** `depends_on` and `links`, then whom a service names in its variables, its command and its files. Never a circle. */
export function dependencies(project: Project): Dependencies {
  const written = project.services.flatMap((service) => [
    ...dependsOn(service, project),
    ...itemsOf(at(service.node, "links")).map((item) => link(item, service, project)),
  ]);
  const named = project.services.flatMap((service) => namedEdges(service, project));
  const kept = new Map<string, Map<string, Edge>>();
  const entries: Entry[] = [];
  for (const edge of [...written, ...named]) {
    if (!("from" in edge)) {
      entries.push(edge);
      continue;
    }
    const own = kept.get(edge.from) ?? new Map<string, Edge>();
    const isNew = !own.has(edge.to);
    if (isNew && leads(kept, edge.to, edge.from)) entries.push(circular(edge));
    else {
      if (isNew) kept.set(edge.from, own.set(edge.to, edge));
      if (isNew || edge.entry.told?.code !== "COMPOSE_GUESS") entries.push(edge.entry);
    }
  }
  return { dependsOn: new Map([...kept].map(([from, own]) => [from, fieldOf(own)])), entries };
}

function fieldOf(edges: ReadonlyMap<string, Edge>): DependsOn {
  return Object.fromEntries([...edges].map(([to, { isHealthy }]) => [to, isHealthy ? { condition: "healthy" } : {}]));
}

function leads(edges: ReadonlyMap<string, ReadonlyMap<string, Edge>>, from: string, goal: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === goal) return true;
    if (!seen.has(at)) open.push(...(edges.get(at)?.keys() ?? []));
    seen.add(at);
  }
  return false;
}

function circular({ entry, from, to }: Edge): Entry {
  const message = `${from} needs ${to}, which needs ${from}: dependsOn would run in a circle, and without it policies refuse`;
  const fix = `write services.${from}.networkPolicy.allowTo and services.${to}.networkPolicy.allowFrom`;
  return { ...entry, to: null, told: { code: "COMPOSE_NOT_CARRIED", message, fix } };
}

function dependsOn(service: ComposeService, project: Project): readonly (Edge | Entry)[] {
  const node = at(service.node, "depends_on");
  if (!node) return [];
  const pairs = isMapping(node.value)
    ? entriesOf(node)
    : itemsOf(node).map((item) => [textOf(item) ?? "", item] as const);
  return pairs.flatMap(([key, item]) => dependency(key, item, service, project));
}

function dependency(
  key: string,
  item: ComposeNode,
  service: ComposeService,
  project: Project,
): readonly (Edge | Entry)[] {
  const target = project.services.find((one) => one.key === key && one.section === "services");
  const place = at(item, "condition") ?? item;
  if (!target) return [lost(item, `the service "${key}" is not taken over`, `take it over, or remove the dependency`)];
  const condition = textOf(at(item, "condition"));
  const isFinite = condition === "service_completed_successfully";
  const told = isFinite
    ? partly(
        place,
        `${key} became a Job: it starts before, but nobody waits for its end`,
        "let the program try until it can work",
      )
    : null;
  const entry = carried(place, `dependsOn.${target.name}`, told);
  return [{ from: service.name, to: target.name, isHealthy: condition === "service_healthy", entry }];
}

/** `db:database`: another name for a service, which only Compose's own resolver knows. */
function link(item: ComposeNode, service: ComposeService, project: Project): Edge | Entry {
  const [key = "", alias] = (textOf(item) ?? "").split(":");
  const target = project.services.find((one) => one.key === key);
  if (!target) return lost(item, `the service "${key}" is not taken over`, "take it over, or remove the link");
  const told =
    alias === undefined || alias === target.name
      ? null
      : partly(
          item,
          `only variables had "${alias}" replaced by the service's host`,
          `check what else names "${alias}"`,
        );
  return {
    from: service.name,
    to: target.name,
    isHealthy: false,
    entry: carried(item, `dependsOn.${target.name}`, told),
  };
}

/** A name in a text that stands where hosts stand. */
function namedEdges(service: ComposeService, project: Project): readonly Edge[] {
  const context = { ...service, project };
  const variables = variablesOf(service.node, project).written.map(({ name, value, node }) => ({
    name,
    text: value,
    node,
  }));
  const commands = ["entrypoint", "command"].flatMap((key) => {
    const node = at(service.node, key);
    return node ? (wordsOf(node) ?? []).map((text) => ({ name: "", text, node })) : [];
  });
  return [...variables, ...commands, ...mountedTexts(service.node, project)].flatMap(({ name, text, node }) =>
    servicesIn(name, text, context).map((to): Edge => {
      const message = `${service.key} names ${to} here: it becomes an edge, which depends_on does not say`;
      const told = guess(node, message, `remove services.${service.name}.dependsOn.${to} if it never calls it`);
      return { from: service.name, to, isHealthy: false, entry: carried(node, `dependsOn.${to}`, told) };
    }),
  );
}
