import type { KubeObject } from "../../tools/render/object.ts";
import { BOUND, type Change, DEFINITION, type Outcome, ROWS, type Row } from "./immutable-changes.ts";
import { probe } from "./immutable-objects.ts";

/** One change of one object, and what the API makes of it. */
export interface ImmutableCase {
  readonly title: string;
  readonly before: KubeObject;
  readonly after: KubeObject;
  readonly outcome: Outcome;
  /** What must be there before; the claim is then waited for until it is bound. */
  readonly needs: readonly KubeObject[];
}

export const CASES: readonly ImmutableCase[] = [
  ...Object.entries(ROWS).flatMap(([type, rows]) => rows.map((row, i) => caseOf(type, row, `immutable-${i}`))),
  ...DEFINITION.map((row) =>
    caseOf("apiextensions.k8s.io/v1 CustomResourceDefinition", row, "probes.immutable.slipway.dev"),
  ),
  ...BOUND.map((row, i) => boundCase(row, `immutable-bound-${i}`)),
];

function caseOf(type: string, [outcome, title, change, start]: Row, name: string): ImmutableCase {
  const before = probe(type, name, start);
  const after: KubeObject = structuredClone(before);
  change(after);
  return { title: `${before.kind}: ${title}`, before, after, outcome, needs: [] };
}

function boundCase([outcome, title, change]: Row, name: string): ImmutableCase {
  const className = "immutable-expands";
  const volume = probe("v1 PersistentVolume", name, ({ spec }) => (spec.storageClassName = className));
  const storageClass = probe("storage.k8s.io/v1 StorageClass", className, (one) => (one.allowVolumeExpansion = true));
  const start: Change = ({ spec }) => Object.assign(spec, { storageClassName: className, volumeName: name });
  const one = caseOf("v1 PersistentVolumeClaim", [outcome, title, change, start], name);
  return { ...one, needs: [storageClass, volume] };
}
