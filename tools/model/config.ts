import { shortHash } from "../lib/hash.ts";
import { sortedEntries } from "../lib/merge.ts";
import type { EffectiveService } from "../registry/effective.ts";
import { valueSources } from "../registry/programs.ts";
import type { MountedFile, Service } from "../registry/schema/service.ts";
import { fileKey } from "./names.ts";

export interface ConfigMapModel {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A file in the container: a key of a ConfigMap or of a Secret. */
export interface FileModel {
  readonly path: string;
  readonly from: { readonly kind: "config" | "secret"; readonly name: string; readonly key: string };
  /** Octal, as a number. */
  readonly mode: number;
}

export interface FilesContext {
  readonly name: string;
  readonly service: Service;
  readonly resolve: (text: string) => string;
  /** Texts of the files that the registry names. */
  readonly sources: ReadonlyMap<string, string>;
  readonly configs: readonly EffectiveService[];
}

/** The service's own ConfigMaps: its variables, and the files whose text the registry gives. */
export function configMaps(context: FilesContext): ConfigMapModel[] {
  const { name, service } = context;
  const values = service.config ? [{ name: service.config.name ?? name, data: resolvedValues(service, context) }] : [];
  const texts = sortedEntries(service.files).flatMap(([path, file]) =>
    textOf(file, context).map((text) => [ownKey(path, service), text] as const),
  );
  return [...values, ...(texts.length > 0 ? [{ name: filesName(name), data: Object.fromEntries(texts) }] : [])];
}

export function fileModels(context: FilesContext): FileModel[] {
  return sortedEntries(context.service.files).map(([path, file]) => ({
    path,
    from: fileSource(path, file, context),
    mode: modeOf(file),
  }));
}

/** Null when the pod reads no configuration. Secrets do not count: their values are never known. */
export function configHash(context: FilesContext): string | null {
  const { service } = context;
  const own = configMaps(context).map(({ data }) => data);
  // A job's pod is a job's own: its name changes with what it reads.
  const foreign = valueSources(service)
    .filter(({ path }) => path[0] !== "jobs")
    .flatMap(({ from }) => foreignValues(from, context));
  return own.length + foreign.length === 0 ? null : shortHash(JSON.stringify([own, foreign]));
}

function resolvedValues(service: Service, { resolve }: FilesContext): Record<string, string> {
  return Object.fromEntries(sortedEntries(service.config?.values).map(([key, value]) => [key, resolve(value)]));
}

function textOf(file: MountedFile, { resolve, sources }: FilesContext): string[] {
  if ("content" in file) return [resolve(file.content)];
  return "source" in file ? [sources.get(file.source) ?? ""] : [];
}

function fileSource(path: string, file: MountedFile, { name, service }: FilesContext): FileModel["from"] {
  if ("secret" in file) return { kind: "secret", name: file.secret, key: file.key };
  if ("config" in file) return { kind: "config", name: file.config, key: file.key };
  return { kind: "config", name: filesName(name), key: ownKey(path, service) };
}

/** `/etc/a.conf` and `/etc/a/conf` would have one key: both then end in a hash of their path. */
function ownKey(path: string, { files }: Service): string {
  const key = fileKey(path);
  const isShared = Object.keys(files ?? {}).some((other) => other !== path && fileKey(other) === key);
  return isShared ? `${key}-${shortHash(path, 8)}` : key;
}

function modeOf(file: MountedFile): number {
  return Number.parseInt(file.mode ?? ("secret" in file ? "0440" : "0444"), 8);
}

function filesName(service: string): string {
  return `${service}-files`;
}

/** What `{config}` of another service gives. */
// Asked for each service: a thousand would look through a thousand.
const owners = new WeakMap<FilesContext["configs"], ReadonlyMap<string, EffectiveService>>();

/** ConfigMaps by name; of two with one name (a rule refuses them) the first. */
function ownersOf(configs: FilesContext["configs"]): ReadonlyMap<string, EffectiveService> {
  const found = owners.get(configs) ?? new Map(configs.flatMap(configEntry).toReversed());
  owners.set(configs, found);
  return found;
}

function configEntry(one: EffectiveService): [string, EffectiveService][] {
  return one.service.config ? [[one.service.config.name ?? one.name, one]] : [];
}

function foreignValues(from: unknown, { configs, resolve }: FilesContext): unknown[] {
  if (typeof from !== "object" || from === null || !("config" in from)) return [];
  const owner = ownersOf(configs).get(String(from.config));
  const values = owner?.service.config?.values ?? {};
  if ("key" in from) return [resolve(values[String(from.key)] ?? "")];
  return [sortedEntries(values).map(([key, value]) => [key, resolve(value)])];
}
