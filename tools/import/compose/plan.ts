import type { Disk } from "./disk.ts";
import { type Entry, lost } from "./entry.ts";
import type { Loaded } from "./load.ts";
import { mountsOf } from "./mounts.ts";
import { labelOf, labelsOf } from "./names.ts";
import { type ComposeNode, at, entriesOf, isMapping, itemsOf, textOf } from "./node.ts";
import type { ComposeService, Project } from "./project.ts";
import { holdersOf, secretKeysOf } from "./secret-values.ts";

/** What a person may say about the result. */
export interface Wishes {
  readonly name: string | null;
  readonly namespace: string | null;
  readonly profiles: readonly string[];
}

export interface Planned {
  readonly project: Project;
  readonly entries: readonly Entry[];
}

// A StatefulSet's pods get a label of ten more characters than its name.
const LONGEST = 52;

/** Which services are taken, and what each is called: the frame of every conversion. */
export function plan(
  loaded: Loaded & { readonly model: ComposeNode },
  wishes: Wishes,
  root: string,
  disk: Disk,
  fallback: string,
): Planned {
  const { model } = loaded;
  const all = [...sectionOf(model, "services"), ...sectionOf(model, "jobs")];
  const taken = all.filter(({ node }) => isActive(node, wishes.profiles) && !at(node, "provider"));
  const names = labelsOf(new Set(taken.map(({ key }) => key)), LONGEST);
  const services = taken.map((service): ComposeService => ({
    ...service,
    name: names.get(service.key) ?? service.key,
  }));
  const name = labelOf(wishes.name ?? textOf(at(model, "name")) ?? fallback);
  const holders = holdersOf(loaded.values, loaded.variables);
  const project: Project = {
    ...loaded,
    name,
    services,
    root,
    disk,
    hosts: hostsOf(services),
    sharedVolumes: sharedVolumesOf(services),
    finite: finiteOf(services),
    volumeNames: labelsOf(entriesOf(at(model, "volumes")).map(([key]) => key)),
    secretNames: labelsOf(entriesOf(at(model, "secrets")).map(([key]) => key)),
    secret: `${name}-env`,
    secretKeys: secretKeysOf(services, { ...loaded, root, disk }, holders),
    holders,
  };
  return { project, entries: [...profileEntries(all, services), ...renamed(services), ...nameEntry(model, name)] };
}

function sectionOf(model: ComposeNode, section: "services" | "jobs"): readonly Omit<ComposeService, "name">[] {
  return entriesOf(at(model, section))
    .filter(([key]) => !key.startsWith("x-"))
    .map(([key, node]) => ({ key, section, node }));
}

/** A service without profiles always runs. */
function isActive(node: ComposeNode, wanted: readonly string[]): boolean {
  const own = itemsOf(at(node, "profiles")).map((item) => textOf(item) ?? "");
  return own.length === 0 || wanted.includes("*") || own.some((profile) => wanted.includes(profile));
}

function hostsOf(services: readonly ComposeService[]): ReadonlyMap<string, string> {
  const own = services.map(({ key, name }) => [key, name] as const);
  const others = services.flatMap(({ node, name }) => {
    const networks = entriesOf(at(node, "networks")).flatMap(([, network]) => itemsOf(at(network, "aliases")));
    const names = [at(node, "container_name"), at(node, "hostname"), ...networks].flatMap((one) => textOf(one) ?? []);
    return names.map((alias) => [alias, name] as const);
  });
  const links = services.flatMap(({ node }) =>
    itemsOf(at(node, "links")).flatMap((item) => {
      const [key, alias] = (textOf(item) ?? "").split(":");
      const target = services.find((one) => one.key === key)?.name;
      return alias === undefined || target === undefined ? [] : [[alias, target] as const];
    }),
  );
  // A service's own name wins over another one's alias.
  return new Map([...links, ...others, ...own]);
}

function sharedVolumesOf(services: readonly ComposeService[]): ReadonlySet<string> {
  const owners = new Map<string, Set<string>>();
  for (const { node, name } of services)
    for (const { type, source } of mountsOf(node))
      if (type === "volume") owners.set(source, (owners.get(source) ?? new Set()).add(name));
  return new Set([...owners].filter(([, names]) => names.size > 1).map(([source]) => source));
}

function finiteOf(services: readonly ComposeService[]): ReadonlySet<string> {
  return new Set(
    services.flatMap(({ node }) =>
      entriesOf(at(node, "depends_on"))
        .filter(
          ([, item]) => isMapping(item.value) && textOf(at(item, "condition")) === "service_completed_successfully",
        )
        .map(([key]) => key),
    ),
  );
}

function profileEntries(
  all: readonly Omit<ComposeService, "name">[],
  taken: readonly ComposeService[],
): readonly Entry[] {
  return all.flatMap(({ node, key }): readonly Entry[] => {
    const profiles = at(node, "profiles");
    if (taken.some((one) => one.node === node))
      return profiles ? [{ path: profiles.path, where: profiles.where, to: "the service is taken", told: null }] : [];
    const provider = at(node, "provider");
    if (provider)
      return [
        lost(provider, `${key} is made by a program of its own`, 'write it as a service with "kind": "External"'),
      ];
    const wanted = itemsOf(profiles)
      .map((item) => textOf(item))
      .join(" or ");
    return [
      lost(
        node,
        `the service ${key} runs only in profile ${wanted}, which is not asked for`,
        `add --profile ${wanted.split(" ")[0]}`,
      ),
    ];
  });
}

function renamed(services: readonly ComposeService[]): readonly Entry[] {
  return services.flatMap(({ node, key, name }): readonly Entry[] => {
    if (key === name) return [];
    const message = `the service ${key} is called ${name}: Kubernetes allows only lower-case letters, digits and '-'`;
    const fix = "variables that name it as a host are changed; check files and programs that do";
    return [
      { path: node.path, where: node.where, to: `services.${name}`, told: { code: "COMPOSE_RENAMED", message, fix } },
    ];
  });
}

function nameEntry(model: ComposeNode, name: string): readonly Entry[] {
  const node = at(model, "name");
  if (!node) return [];
  const message = `the project is called ${name}: its namespace and its images are named after it`;
  const told = { code: "COMPOSE_RENAMED" as const, message, fix: "--name gives it another name" };
  return [{ path: node.path, where: node.where, to: "name", told: textOf(node) === name ? null : told }];
}
