import { shortHash } from "../../tools/lib/hash.ts";
import { type JsonObject, isObject, sameJson, sortKeys } from "../../tools/lib/merge.ts";

export const FIELD_MANAGER = "slipway";

/** As much of an object in the cluster as everybody here needs. */
export interface LiveObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFields[];
  };
  readonly [field: string]: unknown;
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: JsonObject;
}

/** Who may change the number of replicas: an autoscaler's work is no drift. */
const AUTOSCALER = "kube-controller-manager";

/**
 * The part of a live object that was applied by us and that nobody has taken over: what the last apply said, as the API
 * writes it. Null: we own nothing of it. https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function ownedPart(live: LiveObject): JsonObject | null {
  const own = managed(live).find(
    ({ manager, operation, subresource }) => manager === FIELD_MANAGER && operation === "Apply" && !subresource,
  );
  return own?.fieldsV1 ? (extract(live, own.fieldsV1) as JsonObject) : null;
}

/**
 * A digest of `ownedPart`: it changes when somebody else changes one of our fields, and with nothing else (status,
 * defaults, others' fields). `<digest>[.<replicas>]`, with `.auto` where an autoscaler has taken the replicas over.
 */
export function observedOf(live: LiveObject): string {
  const owned = ownedPart(live) ?? {};
  const { replicas, ...spec } = isObject(owned["spec"]) ? owned["spec"] : {};
  const digest = shortHash(JSON.stringify(sortKeys({ ...owned, spec })));
  if (isAutoscaled(live)) return `${digest}.auto`;
  return replicas === undefined ? digest : `${digest}.${JSON.stringify(replicas)}`;
}

/** Whether an object that was observed to be `expected` is still the same. */
export function isAsObserved(expected: string, actual: string): boolean {
  const [digest = ""] = expected.split(".");
  return expected === actual || actual === `${digest}.auto`;
}

/** Who changed an object last, us left out. */
export function lastManager(live: LiveObject): string | null {
  const others = managed(live).filter(
    ({ manager, subresource }) => manager !== FIELD_MANAGER && subresource !== "status",
  );
  const times = others.map(({ time = "" }) => time).toSorted();
  return others.find(({ time = "" }) => time === times.at(-1))?.manager ?? null;
}

/** Names of the keys of a Secret's or ConfigMap's data, which the API tells without their values; null: it does not know. */
export function dataKeys(live: LiveObject): readonly string[] | null {
  if (managed(live).length === 0) return null;
  const fields = managed(live).flatMap(({ fieldsV1 }) => {
    const data = fieldsV1?.["f:data"];
    return isObject(data) ? Object.keys(data) : [];
  });
  return [...new Set(fields)].flatMap((field) => (field.startsWith("f:") ? [field.slice(2)] : []));
}

function managed({ metadata }: LiveObject): readonly ManagedFields[] {
  return metadata.managedFields ?? [];
}

function isAutoscaled(live: LiveObject): boolean {
  return managed(live).some(({ manager, subresource, fieldsV1 }) => {
    const spec = fieldsV1?.["f:spec"];
    return manager === AUTOSCALER && subresource === "scale" && isObject(spec) && "f:replicas" in spec;
  });
}

/** `f:<key>` of an object, `k:<keys>` or `v:<value>` of a list's element; nothing further down: the value as a whole. */
function extract(value: unknown, fields: JsonObject): unknown {
  const names = Object.keys(fields).filter((name) => name !== ".");
  if (names.length === 0) return value;
  if (Array.isArray(value)) return extractElements(value, fields, names);
  if (!isObject(value)) return value;
  const parts = names.flatMap((name) => {
    const key = name.slice(2);
    return Object.hasOwn(value, key) ? [[key, extract(value[key], fieldsAt(fields, name))] as const] : [];
  });
  return Object.fromEntries(parts);
}

function extractElements(list: readonly unknown[], fields: JsonObject, names: readonly string[]): unknown[] {
  const wanted = names.map((name) => [name, JSON.parse(name.slice(2)) as unknown] as const);
  return list.flatMap((element, i) => {
    const found = wanted.find(([name, key]) => isElement(element, i, name, key));
    return found ? [extract(element, fieldsAt(fields, found[0]))] : [];
  });
}

function isElement(element: unknown, i: number, name: string, key: unknown): boolean {
  if (name.startsWith("i:")) return key === i;
  if (name.startsWith("v:")) return sameJson(element, key);
  return (
    isObject(element) && isObject(key) && Object.entries(key).every(([field, one]) => sameJson(element[field], one))
  );
}

function fieldsAt(fields: JsonObject, name: string): JsonObject {
  const inner = fields[name];
  return isObject(inner) ? inner : {};
}
