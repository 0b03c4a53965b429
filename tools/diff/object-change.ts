import { sameJson } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";
import { claimNames, listOf } from "./claims.ts";
import { type FieldChange, diffFields } from "./fields.ts";
import { type EdgeChange, edgeChanges, isEdgeField } from "./network.ts";
import { type ObjectName, objectId, objectName } from "./object-name.ts";
import type { Pair } from "./pairs.ts";
import { type PodChange, type Surroundings, podChange } from "./pods.ts";
import { parseQuantity } from "../lib/quantity.ts";
import { type Refusal, refusals } from "./refusals.ts";
import { remedy } from "./remedies.ts";
import type { Step } from "./step.ts";
import { valueAt } from "./value-at.ts";

/** What becomes of one object. */
export interface ObjectChange {
  /** `replaced`: it has another name or namespace now, which for the API is a new object beside the former one. */
  readonly type: "added" | "removed" | "replaced" | "changed";
  readonly object: ObjectName;
  /** What it replaces. */
  readonly former: ObjectName | null;
  readonly service: string | null;
  /** Of a replaced object without its name and namespace; empty for one that is added or removed. */
  readonly fields: readonly FieldChange[];
  /** What a NetworkPolicy allows now, or no longer. */
  readonly edges: readonly EdgeChange[];
  readonly pods: PodChange | null;
  readonly refused: readonly Refusal[];
  /** What a person does instead of the apply, where the API refuses. */
  readonly steps: readonly Step[];
  /** What follows for data. */
  readonly notes: readonly string[];
}

export interface Around extends Surroundings {
  readonly environment: string;
  readonly objectsBefore: readonly KubeObject[];
}

/** Nothing where both sides are the same. */
export function objectChange({ before, after }: Pair, around: Around): ObjectChange[] {
  const placed = after ?? before;
  const [old, wanted] = [before?.object ?? null, after?.object ?? null];
  if (!placed || sameJson(old, wanted)) return [];
  const type = typeOf(old, wanted);
  const change = {
    type,
    object: objectName(placed.object),
    former: old && type === "replaced" ? objectName(old) : null,
    service: placed.service,
    edges: edgeChanges(old, wanted),
    pods: podChange(old, wanted, around),
    notes: notes(old, wanted, type === "replaced"),
  };
  if (!old || !wanted) return [{ ...change, fields: [], refused: [], steps: [] }];
  const fields = withoutValues(
    diffFields(old, wanted).filter((field) => isTold(field, type, wanted)),
    wanted,
  );
  const refused =
    type !== "changed"
      ? []
      : refusals(old, wanted).map((one) => ({ ...one, fields: withoutValues(one.fields, wanted) }));
  return [{ ...change, fields, refused, steps: refused.length > 0 ? steps(old, placed, refused, around) : [] }];
}

function typeOf(before: KubeObject | null, after: KubeObject | null): ObjectChange["type"] {
  if (!before) return "added";
  if (!after) return "removed";
  return objectId(before) === objectId(after) ? "changed" : "replaced";
}

function isTold(field: FieldChange, type: ObjectChange["type"], { kind }: KubeObject): boolean {
  if (type === "replaced" && (field.path === "metadata.name" || field.path === "metadata.namespace")) return false;
  return kind !== "NetworkPolicy" || !isEdgeField(field);
}

/** What a Secret holds is told nowhere, not even encoded. */
function withoutValues(fields: readonly FieldChange[], { kind }: KubeObject): readonly FieldChange[] {
  const hidden = (value: unknown): unknown => (value === null ? null : "(not shown)");
  if (kind !== "Secret") return fields;
  return fields.map((field) =>
    /^(data|stringData)/.test(field.path)
      ? { ...field, before: hidden(field.before), after: hidden(field.after) }
      : field,
  );
}

function steps(before: KubeObject, placed: Placed, refused: readonly Refusal[], around: Around): readonly Step[] {
  const { environment, objectsBefore: objects } = around;
  const isOfService = placed.home === "base" || placed.home === "overlay";
  const folder = `overlays/${environment}/${(isOfService ? placed.service : null) ?? placed.home}`;
  return remedy({ before, after: placed.object, refusals: refused, objects, folder });
}

function notes(before: KubeObject | null, after: KubeObject | null, isReplaced: boolean): string[] {
  if (!before) return [];
  const { kind } = before;
  if (kind === "PersistentVolumeClaim") return claimNotes(before, after, isReplaced);
  if (kind !== "StatefulSet") return [];
  const [claims, kept] = [claimNames(before), after ? claimNames(after) : []];
  const left = claims.filter((claim) => isReplaced || !kept.includes(claim));
  if (left.length === 0) return [];
  const where = `in namespace ${before.metadata.namespace ?? "default"}`;
  if (isReplaced) return [`it begins with empty volumes: the data stays ${where} in ${listOf(left)}`];
  return [
    `${listOf(left)} ${left.length === 1 ? "stays" : "stay"} ${where} with ${left.length === 1 ? "its" : "their"} data`,
  ];
}

function claimNotes(before: KubeObject, after: KubeObject | null, isReplaced: boolean): string[] {
  const title = `persistentvolumeclaim/${before.metadata.name} in namespace ${before.metadata.namespace ?? "default"}`;
  if (isReplaced) return [`it begins empty: the data stays in ${title}`];
  if (!after) return ["it stays with its data until somebody deletes it"];
  const [old, size] = [before, after].map((claim) => parseQuantity(valueAt(claim, "spec.resources.requests.storage")));
  return Number(size) > Number(old) ? ["it grows only where its storage class allows expansion"] : [];
}
