import { basename, dirname, relative, resolve, sep } from "node:path";
import type { Finding } from "../../lib/errors.ts";
import { type JsonObject, isObject, mergePatch } from "../../lib/merge.ts";
import { convert } from "./convert/index.ts";
import { declaredFiles } from "./convert/mounted.ts";
import { declaredVolumes } from "./convert/volumes.ts";
import { uncovered } from "./coverage.ts";
import { dependencies } from "./dependencies.ts";
import type { Disk } from "./disk.ts";
import { type Entry, mistake } from "./entry.ts";
import { marker, markersIn, replaceMarkers } from "./interpolate.ts";
import { load } from "./load.ts";
import type { PlacedVariable } from "./loading.ts";
import { type ComposeNode, at, isMapping } from "./node.ts";
import { type Wishes, plan } from "./plan.ts";
import type { Project } from "./project.ts";
import { hidden, keyOf } from "./secret-values.ts";

export interface ComposeRequest extends Wishes {
  /** Absolute; later ones are laid over earlier ones. */
  readonly files: readonly string[];
  /** Absolute; `.env` beside the first file where there is none. */
  readonly envFiles: readonly string[];
  /** Folder of the services.json to be written. */
  readonly root: string;
}

/** What a project of Compose becomes. */
export interface Imported {
  /** As services.json says it; null where the files are wrong, and `findings` says why. */
  readonly registry: JsonObject | null;
  readonly findings: readonly Finding[];
  /** What became of every key, in the order of the files. */
  readonly entries: readonly Entry[];
  readonly variables: readonly PlacedVariable[];
}

/** Compose files → a registry, with an entry for every key: carried over, or told. */
export function importCompose(request: ComposeRequest, disk: Disk): Imported {
  const loaded = load(request.files, request.envFiles, request.root, disk);
  const { model, findings, variables } = loaded;
  if (!model) return { registry: null, findings, entries: [], variables };
  if (!isMapping(at(model, "services")?.value ?? null))
    return { registry: null, findings: [noServices(model)], entries: [], variables };
  const folder = basename(dirname(request.files[0] ?? request.root));
  const { project, entries: planned } = plan({ ...loaded, model }, request, request.root, disk, folder);
  const { registry, entries } = assemble(project, request.namespace);
  const spoken = [...loaded.entries, ...planned, ...entries];
  const all = [...spoken, ...uncovered(model, [...spoken, ...untaken(model, project)])];
  return { registry, findings, entries: inFileOrder(all, request), variables };
}

function noServices(model: ComposeNode): Finding {
  const { where } = at(model, "services") ?? model;
  return mistake(
    "COMPOSE_NO_SERVICES",
    where,
    "the files have no services",
    "name the files that have them, in Compose's own order",
  );
}

function assemble(project: Project, namespace: string | null): { registry: JsonObject; entries: readonly Entry[] } {
  const parts = project.services.map((service) => ({ service, part: convert({ ...service, project }) }));
  const edges = dependencies(project);
  const services = parts.map(({ service: { name }, part }) => {
    const dependsOn = edges.dependsOn.get(name);
    return [name, { ...part.service, ...(dependsOn && { dependsOn }) }] as const;
  });
  const top = parts.reduce<unknown>((all, { part }) => mergePatch(all, part.registry), {}) as JsonObject;
  const registry = {
    name: project.name,
    namespaces: { [namespace ?? project.name]: {} },
    ...ofSection(top, "secrets"),
    ...ofSection(top, "volumes"),
    environments: {
      local: { description: "This machine.", profile: "local" },
      prod: { description: "Complete it: registry, ingress, secrets.", profile: "prod" },
    },
    services: Object.fromEntries(services),
  };
  const declared = [...declaredVolumes(project), ...declaredFiles(project), ...hardened(project)];
  return {
    registry: swept(registry, project) as JsonObject,
    entries: [
      ...parts.flatMap(({ part }) => part.entries),
      ...edges.entries,
      ...declared,
      ...left(registry, project, []).map((place) => hiddenAt(place, project)),
    ],
  };
}

/** What Compose lets a container do and Slipway does not, unless it is said: nobody can know who needs it. */
function hardened({ model, services }: Project): readonly Entry[] {
  const names = services.filter(({ node }) => !at(node, "user") || !at(node, "read_only")).map(({ name }) => name);
  const section = at(model, "services");
  if (!section || names.length === 0) return [];
  const message = `these run as user 10001 and write only to their volumes and /tmp, unless they say otherwise: ${names.join(", ")}`;
  const fix =
    "where an image needs more, write securityContext (its user) and an emptyDir for each folder that it writes to";
  return [{ path: section.path, where: section.where, to: "services", told: { code: "COMPOSE_GUESS", message, fix } }];
}

function ofSection(top: JsonObject, section: string): JsonObject {
  return top[section] === undefined ? {} : { [section]: top[section] };
}

/** Where a secret stands in a place that reads none, its variable's name stands for it. */
function swept(value: unknown, project: Project): unknown {
  if (typeof value === "string")
    return replaceMarkers(hidden(value, project), (name) => `$(${keyOf(marker(name), project)})`);
  if (Array.isArray(value)) return value.map((inner) => swept(inner, project));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, swept(inner, project)]));
}

/** The places of such texts. */
function left(value: unknown, project: Project, path: readonly string[]): readonly string[] {
  if (typeof value === "string") return markersIn(hidden(value, project)).length > 0 ? [path.join(".")] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => left(inner, project, [...path, key]));
}

function hiddenAt(place: string, { model }: Project): Entry {
  const message = `a secret stood in ${place}, which reads none: the name of its variable stands for it`;
  const told = {
    code: "COMPOSE_SECRET" as const,
    message,
    fix: "let the program read the variable, or a file of the Secret",
  };
  const { path, where } = at(model, "services") ?? model;
  return { path, where, to: place, told };
}

/** Of a service whose profile is not asked for all has been said. */
function untaken(model: ComposeNode, project: Project): readonly Entry[] {
  return ["services", "jobs"].flatMap((section) => {
    const node = at(model, section);
    if (!node || !isMapping(node.value)) return [];
    return [...node.value.values()]
      .filter((service) => !project.services.some((one) => one.node === service) && isMapping(service.value))
      .flatMap((service) => (isMapping(service.value) ? [...service.value.values()] : []))
      .map(({ path, where }) => ({ path, where, to: null, told: null }));
  });
}

/** By file as they were named, then by line and column; what is said of one place keeps its order. */
function inFileOrder(entries: readonly Entry[], { files, root }: ComposeRequest): readonly Entry[] {
  const labels = files.map((file) => relative(root, resolve(file)).split(sep).join("/"));
  const place = ({ where }: Entry): readonly [number, string, number, number] => {
    const [, file = where, line = "0", column = "0"] = /^(.*):(\d+):(\d+)$/.exec(where) ?? [];
    const rank = labels.indexOf(file);
    return [rank < 0 ? labels.length : rank, file, Number(line), Number(column)];
  };
  return entries.toSorted((a, b) => {
    const [left, right] = [place(a), place(b)];
    const byFile = left[0] - right[0] || (left[1] < right[1] ? -1 : left[1] > right[1] ? 1 : 0);
    return byFile || left[2] - right[2] || left[3] - right[3];
  });
}
