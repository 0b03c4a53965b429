import type { Finding } from "../../tools/lib/errors.ts";
import { isObject } from "../../tools/lib/merge.ts";
import { listed } from "../../tools/lib/text.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { IMMUTABLE } from "../../tools/diff/immutable.ts";
import { type Refusal, refusals } from "../../tools/diff/refusals.ts";
import { valueAt } from "../../tools/diff/value-at.ts";
import { type ObjectKey, keyOf, kindId, titleOf } from "./inventory.ts";
import { type LiveObject, ownedPart } from "./owned-fields.ts";

/** How an object is replaced that cannot be changed in place. */
export interface Replacement {
  readonly propagation: "Background" | "Foreground" | "Orphan";
  /** Whether the pods that it leaves behind must go too: an orphan's that its successor does not take over as they are. */
  readonly endsPods: boolean;
  /** Said once. */
  readonly finding: Finding;
}

export type Decision =
  | { readonly type: "apply" }
  | { readonly type: "replace"; readonly replacement: Replacement }
  | { readonly type: "refuse"; readonly finding: Finding };

/** Kinds whose objects hold what nothing brings back. */
export const DATA_KINDS: readonly string[] = [
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Namespace",
  "CustomResourceDefinition",
];
const POD_OWNERS: readonly string[] = ["Deployment", "DaemonSet", "ReplicaSet"];

/** Whether a kind has fields that can never be changed. */
export function mayBeRefused(object: ObjectKey): boolean {
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  return IMMUTABLE.some((row) => row.kind === object.kind && row.group === group);
}

/** What to do about a change, before the API refuses it. Pure. `before`: as it was applied, or as `asWritten` finds it. */
export function decide(before: KubeObject, after: KubeObject, mayDeleteData: boolean): Decision {
  const found = refusals(withoutFilledIn(before), withoutFilledIn(after));
  if (found.length === 0) return { type: "apply" };
  return decideReplacing(before, after, `${listed(fieldsOf(found))} cannot be changed in place`, mayDeleteData);
}

/** The same when the API has refused what nobody foresaw: `said` are its words. */
export function decideRefused(
  before: KubeObject | null,
  after: KubeObject,
  said: string,
  mayDeleteData: boolean,
): Decision {
  return decideReplacing(before ?? after, after, said, mayDeleteData);
}

function decideReplacing(before: KubeObject, after: KubeObject, why: string, mayDeleteData: boolean): Decision {
  if (DATA_KINDS.includes(after.kind) && !mayDeleteData) return { type: "refuse", finding: kept(after, why) };
  const { propagation, endsPods, effect } = manner(before, after);
  const message = `${why}: it was deleted and made again; ${effect}`;
  const finding: Finding = {
    code: "APPLY_REPLACED",
    severity: "warning",
    where: titleOf(keyOf(after)),
    message,
    fix: "nothing to do",
  };
  return { type: "replace", replacement: { propagation, endsPods, finding } };
}

interface Manner extends Omit<Replacement, "finding"> {
  readonly effect: string;
}

function manner(before: KubeObject, after: KubeObject): Manner {
  const { kind } = after;
  // Claims go with their StatefulSet where it says so, unless it leaves everything behind.
  if (kind === "StatefulSet")
    return takesOver(before, after) && valueAt(before, "spec.serviceName") === valueAt(after, "spec.serviceName")
      ? { propagation: "Orphan", endsPods: false, effect: "its pods and claims were kept" }
      : { propagation: "Orphan", endsPods: true, effect: "its pods start anew, its claims were kept" };
  if (POD_OWNERS.includes(kind))
    return takesOver(before, after)
      ? { propagation: "Orphan", endsPods: false, effect: "its pods run until the new ones are Ready" }
      : { propagation: "Foreground", endsPods: false, effect: "its pods ended first" };
  if (kind === "Job") return { propagation: "Foreground", endsPods: false, effect: "it runs again" };
  return { propagation: "Background", endsPods: false, effect: EFFECTS[kind] ?? "it was away for a moment" };
}

const EFFECTS: Readonly<Record<string, string>> = {
  Service: "its name led nowhere for a moment",
  StorageClass: "volumes that exist stay as they are",
  PriorityClass: "pods that exist keep the old value",
  PersistentVolumeClaim: "its data is gone",
  PersistentVolume: "its claim has to be made again",
  Namespace: "everything in it is gone",
  CustomResourceDefinition: "its objects are gone",
};

/** Whether what comes after selects the pods of what was before; otherwise nobody would ever end them. */
function takesOver(before: KubeObject, after: KubeObject): boolean {
  const labels = valueAt(before, "spec.template.metadata.labels");
  const selector = valueAt(after, "spec.selector");
  const { matchLabels, ...more } = isObject(selector) ? selector : {};
  if (!isObject(matchLabels) || !isObject(labels) || Object.keys(more).length > 0) return false;
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
}

function fieldsOf(found: readonly Refusal[]): string[] {
  return [...new Set(found.flatMap(({ fields }) => fields.map(({ path }) => path)))];
}

function kept(object: KubeObject, why: string): Finding {
  const { kind, namespace, name } = keyOf(object);
  const scope = namespace === null ? "" : `-n ${namespace} `;
  return {
    code: "APPLY_IMMUTABLE",
    severity: "error",
    where: titleOf(keyOf(object)),
    message: `${why}, and what it holds cannot be brought back: it is left as it is`,
    fix: `write the old value back in services.json; or give it up with all that it holds: kubectl ${scope}delete ${kind.toLowerCase()} ${name}`,
  };
}

/**
 * An object as it was once written: what we applied, or what `kubectl apply` noted. Of others only those fields count
 * that the new one has too, for nobody can tell what they wrote from what the API filled in.
 */
export function asWritten(live: LiveObject, after: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = after;
  const noted = live.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"];
  const written = ownedPart(live) ?? (noted === undefined ? pick(live, after) : JSON.parse(noted));
  const identity = { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) };
  return { ...(written as object), apiVersion, kind, metadata: identity };
}

function pick(live: unknown, after: unknown): unknown {
  if (!isObject(live) || !isObject(after)) return live;
  return Object.fromEntries(
    Object.entries(after).flatMap(([key, value]) => (Object.hasOwn(live, key) ? [[key, pick(live[key], value)]] : [])),
  );
}

/** Templates of claims are one value to the API, with all that it adds. */
function withoutFilledIn(object: KubeObject): KubeObject {
  const templates = valueAt(object, "spec.volumeClaimTemplates");
  if (kindId(object) !== "apps StatefulSet" || !Array.isArray(templates)) return object;
  const volumeClaimTemplates = templates.map((template: Record<string, unknown>) => {
    const { apiVersion: _, kind: __, status: ___, ...rest } = template;
    const { creationTimestamp: ____, ...metadata } = (rest["metadata"] ?? {}) as Record<string, unknown>;
    return { ...rest, metadata };
  });
  return { ...object, spec: { ...(object["spec"] as object), volumeClaimTemplates } };
}
