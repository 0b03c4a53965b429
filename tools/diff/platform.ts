import { byCodePoint } from "../lib/merge.ts";
import type { Model } from "../model/model.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";
import { type ObjectChange, objectChange } from "./object-change.ts";
import { configMapsOf } from "./config.ts";
import { objectId } from "./object-name.ts";
import { type Pair, pairObjects } from "./pairs.ts";
import { removalSteps } from "./removals.ts";
import { type SecretChange, secretChanges } from "./secrets.ts";
import type { Step } from "./step.ts";

/** One environment as one side has it. */
export interface Side {
  readonly model: Model;
  readonly placed: readonly Placed[];
}

/** A platform as one side has it: every environment, by name. */
export type Platform = ReadonlyMap<string, Side>;

/** What applying the side after to a cluster that has the side before brings about. */
export interface EnvironmentDiff {
  readonly environment: string;
  readonly type: "added" | "removed" | "changed" | "unchanged";
  readonly objects: number;
  readonly changes: readonly ObjectChange[];
  /** Secrets that must exist before the apply, and those that nothing reads any more. */
  readonly secrets: readonly SecretChange[];
  /** What removes the objects that an apply leaves behind. */
  readonly removals: readonly Step[];
}

/** Every environment of either side, by name. */
export function diffPlatforms(before: Platform, after: Platform): EnvironmentDiff[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted(byCodePoint);
  return names.map((name) => diffEnvironment(name, before.get(name) ?? null, after.get(name) ?? null));
}

function diffEnvironment(environment: string, before: Side | null, after: Side | null): EnvironmentDiff {
  const [old, wanted] = [before?.placed ?? [], after?.placed ?? []];
  const [oldObjects, objects] = [old, wanted].map((placed) => placed.map(({ object }) => object));
  const around = {
    environment,
    configBefore: configMapsOf(oldObjects ?? []),
    configAfter: configMapsOf(objects ?? []),
    objectsBefore: oldObjects ?? [],
    objects: objects ?? [],
  };
  const pairs = pairObjects(old, wanted);
  const changes = pairs.flatMap((pair) => objectChange(pair, around));
  const secrets = secretChanges(before?.model.secrets ?? [], after?.model.secrets ?? []);
  return {
    environment,
    type: typeOf(before, after, changes.length + secrets.length),
    objects: wanted.length,
    changes,
    secrets,
    removals: removalSteps(pairs.flatMap(leftBehind)),
  };
}

function typeOf(before: Side | null, after: Side | null, changes: number): EnvironmentDiff["type"] {
  if (!before) return "added";
  if (!after) return "removed";
  return changes === 0 ? "unchanged" : "changed";
}

/** The former object, where an apply does not turn it into another state of the same. */
function leftBehind({ before, after }: Pair): KubeObject[] {
  if (!before || (after && objectId(before.object) === objectId(after.object))) return [];
  return [before.object];
}
