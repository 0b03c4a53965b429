import type { ExternalModel } from "../model/external.ts";
import type { Model } from "../model/model.ts";
import type { NamespaceModel } from "../model/namespace.ts";
import type { ServiceModel } from "../model/service.ts";
import type { Note } from "./notes.ts";

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One Kubernetes object: plain data, in the order in which it is printed. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/**
 * Where an object belongs: `base`: the same everywhere but for what an overlay patches. `overlay`: an environment's own
 * file. `namespaces`: applied before any service. `cluster`: what belongs to no namespace of the platform's, applied
 * then. `crds`: definitions, applied on their own before anything that they define. `manifests`: vendored.
 */
export type Home = "base" | "overlay" | "namespaces" | "cluster" | "crds" | "manifests";

export interface Drawn {
  readonly object: KubeObject;
  /** JSON pointer of the registry entry that it comes from. */
  readonly pointer: string;
  /** Tells several objects of one kind and owner apart in file names; stable where the object's own name is not. */
  readonly slug?: string;
  readonly description?: string | null;
  /** Words about elements of its lists. */
  readonly notes?: readonly Note[];
}

/** One kind of object, in one file: where it lives, and what it draws for a service, a namespace, or the platform. */
export interface Kind {
  /** Where a service's objects of this kind live; a namespace's always live in `namespaces`, the platform's in `cluster`. */
  readonly home: "base" | "overlay" | "cluster";
  readonly ofService?: (service: ServiceModel, model: Model) => readonly Drawn[];
  /** Instead of `ofService`, for what runs elsewhere: always an environment's own. */
  readonly ofExternal?: (service: ServiceModel, external: ExternalModel, model: Model) => readonly Drawn[];
  readonly ofNamespace?: (namespace: NamespaceModel, model: Model) => readonly Drawn[];
  /** Objects that belong to no namespace, or to one that is not the platform's. */
  readonly ofPlatform?: (model: Model) => readonly Drawn[];
}

/** An object without the fields that are null, undefined, or hold nothing. */
export function compact<T extends Record<string, unknown>>(fields: T): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) if (!isEmpty(fields[key])) kept[key] = fields[key];
  return kept;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The template of the pods that an object makes, wherever its kind keeps it; null for an object that makes none. */
export function podTemplate(object: KubeObject): PodTemplate | null {
  const spec = object["spec"] as { template?: unknown; jobTemplate?: { spec?: { template?: unknown } } } | undefined;
  const template = (object.kind === "CronJob" ? spec?.jobTemplate?.spec?.template : spec?.template) as
    | PodTemplate
    | undefined;
  return template?.spec ? template : null;
}

/** The object with another spec of the pods that it makes. */
export function withPodSpec(
  object: KubeObject,
  change: (spec: PodTemplate["spec"]) => PodTemplate["spec"],
): KubeObject {
  const template = podTemplate(object);
  if (!template) return object;
  const changed = { template: { ...template, spec: change(template.spec) } };
  const spec = object["spec"] as { readonly jobTemplate: { readonly spec: object } };
  if (object.kind !== "CronJob") return { ...object, spec: { ...spec, ...changed } };
  const { jobTemplate } = spec;
  return { ...object, spec: { ...spec, jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec, ...changed } } } };
}

/** As much of a pod template as everybody needs. */
export interface PodTemplate {
  readonly metadata?: ObjectMeta;
  readonly spec: { readonly [field: string]: unknown };
}
