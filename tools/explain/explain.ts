import type { EffectiveService } from "../registry/effective.ts";
import { locateIn } from "../registry/effective.ts";
import { builtInDefault } from "../registry/defaults.ts";
import type { Environment } from "../registry/schema.ts";
import type { Path, Source } from "../registry/source.ts";
import type { Placed } from "../render/render.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { type Cause, type Match, type Rule, matched } from "./rule.ts";
import * as rules from "./rules/index.ts";

const RULES: Readonly<Record<string, readonly Rule[]>> = Object.assign({}, ...Object.values(rules));

/** Where a field's value comes from. */
export type Origin =
  /** A line of the registry. `path` is what is written there, such as `services.core.image`. */
  | { readonly where: string; readonly path: string }
  /** What Slipway does where nothing is written. */
  | { readonly default: string };

export interface Explained extends Field {
  /** Strongest first; empty only where no rule knows the field. */
  readonly origins: readonly Origin[];
}

/** What is looked at: an object of an environment, and the service that it belongs to. */
export interface Subject {
  readonly placed: Placed;
  readonly environment: string;
  /** Null for what belongs to a namespace or to the platform. */
  readonly effective: EffectiveService | null;
  readonly source: Source;
  readonly settings: Environment;
}

/** Every field of an object, with the registry line or the named default behind it. */
export function explain(subject: Subject): Explained[] {
  const { manifest } = subject.placed;
  const known = RULES[subject.placed.object.kind] ?? [];
  if (manifest !== null) return vendored(subject, manifest);
  return fieldsOf(subject.placed.object).map((field) => ({ ...field, origins: originsOf(field, known, subject) }));
}

/** What is vendored is as its file has it; an environment changes the registry of images and mapped namespaces. */
function vendored({ placed, environment, source }: Subject, manifest: string): Explained[] {
  const from = written(["manifests", manifest, "files"], source);
  return fieldsOf(placed.object).map((field) => {
    const isImage = field.path.at(-1) === "image";
    const isNamespace = field.path.at(-1) === "namespace";
    const by = isImage ? "registry" : isNamespace ? "namespaces" : null;
    return { ...field, origins: [...from, ...(by === null ? [] : written(["environments", environment, by], source))] };
  });
}

function originsOf({ path }: Field, known: readonly Rule[], subject: Subject): Origin[] {
  const patch = patchOrigin(path, subject);
  if (patch) return [patch];
  for (const [pattern, causes] of known) {
    const match = matched(pattern, path);
    if (!match) continue;
    return distinct(causes({ ...match, ...around(subject) }).flatMap((cause) => resolve(cause, subject)));
  }
  return [];
}

function resolve(cause: Cause, subject: Subject): Origin[] {
  if ("rule" in cause) return [{ default: cause.rule }];
  if ("registry" in cause) return written(cause.registry, subject.source);
  const { effective, source } = subject;
  if (!effective) return [];
  const layer = effective.layers.find((at) => source.has([...at, ...cause.service]));
  if (layer) return written([...layer, ...cause.service], source);
  return builtInDefault(cause.service) ? [{ default: `built in: ${cause.service.join(".")}` }] : [];
}

function written(path: Path, source: Source): Origin[] {
  return source.has(path) ? [{ where: source.whereKey(path), path: path.join(".") }] : [];
}

/** What is written decides; a named default is said only where nothing is. */
function distinct(origins: readonly Origin[]): Origin[] {
  const places = origins.filter((origin) => "where" in origin);
  const found = places.length > 0 ? places : origins.slice(0, 1);
  return found.filter((one, i) => found.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === i);
}

/** The registry's own patches come last, so they come first here. */
function patchOrigin(path: readonly string[], { placed, effective, source }: Subject): Origin | null {
  for (const [name, patch] of Object.entries(effective?.service.patches ?? {})) {
    if (
      patch.kind !== placed.object.kind ||
      (patch.name ?? placed.object.metadata.name) !== placed.object.metadata.name
    )
      continue;
    const at = patch.operations.findIndex((operation) => operation.op !== "test" && covers(operation.path, path));
    if (at >= 0 && effective) {
      const place = locateIn(effective, source, ["patches", name, "operations", at]);
      return { where: source.where(place), path: place.join(".") };
    }
  }
  return null;
}

function covers(pointer: string, path: readonly string[]): boolean {
  const steps = stepsOf(pointer);
  return steps.every((step, i) => step === path[i] || (/^(\d+|-)$/.test(step) && path[i]?.startsWith("[") === true));
}

function around({ placed, environment, effective, settings }: Subject): Omit<Match, "captures" | "tail"> {
  return {
    object: placed.object,
    pointer: stepsOf(placed.pointer),
    effective: effective?.service ?? null,
    settings,
    owner: placed.service ?? "",
    environment,
    entry: entryOf(placed),
    programOf: (container) => programOf(container, effective),
  };
}

/** `/services/core/jobs/migrate` → `migrate`; a claim's pointer is its service's, and its slug names the volume. */
function entryOf({ pointer, slug, object }: Placed): string {
  if (object.kind === "PersistentVolumeClaim") return slug ?? "";
  const steps = stepsOf(pointer);
  const [list, name = "", , entry = ""] = steps.filter((step, i) => i !== 2 || step !== "mock");
  return list === "services" ? entry : name;
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function programOf(container: string, effective: EffectiveService | null): Path {
  const { jobs = {}, sidecars = {}, initContainers = [] } = effective?.service ?? {};
  const init = initContainers.findIndex(({ name }) => name === container);
  if (init >= 0) return ["initContainers", init];
  if (Object.hasOwn(sidecars, container)) return ["sidecars", container];
  return Object.hasOwn(jobs, container) ? ["jobs", container] : [];
}
