import { sortedEntries } from "../lib/merge.ts";
import { type EffectiveService, locateIn } from "../registry/effective.ts";
import type { ObjectPatch } from "../registry/schema/service.ts";
import type { Source } from "../registry/source.ts";

/** A change that the registry makes to an object after everything else is decided. */
export interface ObjectPatchModel {
  /** `services.json:12:7` */
  readonly where: string;
  /** As the registry calls it. */
  readonly key: string;
  readonly description: string | null;
  readonly kind: string;
  /** Null: the only one of that kind. */
  readonly name: string | null;
  readonly operations: ObjectPatch["operations"];
}

/** By name: the order in which they are applied. */
export function objectPatchModels(effective: EffectiveService, source: Source): ObjectPatchModel[] {
  return sortedEntries(effective.service.patches).map(
    ([key, { description = null, kind, name = null, operations }]) => ({
      where: source.where(locateIn(effective, source, ["patches", key])),
      key,
      description,
      kind,
      name,
      operations,
    }),
  );
}
