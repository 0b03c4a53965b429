import type { KubeObject } from "../../tools/render/object.ts";
import { type ObjectKey, type Owned, hashOf, idOf, keyOf } from "./inventory.ts";
import { isAsObserved } from "./owned-fields.ts";

/** An object in the cluster as it was last seen. */
export interface Seen {
  readonly uid: string;
  readonly version: number;
  /** See `observedOf`. */
  readonly observed: string;
  readonly isDeleting: boolean;
  /** Who changed it last, us left out. */
  readonly lastManager: string | null;
}

/** What is known of an object: null when it is not there, undefined when nobody has looked. */
export type Look = (object: ObjectKey) => Seen | null | undefined;

/** What has to be done so that the cluster has exactly these objects. */
export interface ApplyPlan {
  /** In order; the objects of one wave need nothing of each other. */
  readonly waves: readonly (readonly KubeObject[])[];
  /** What the inventory lists and is drawn no more. */
  readonly stale: readonly Owned[];
}

const WAVES: readonly (readonly string[])[] = [
  ["Namespace"],
  ["CustomResourceDefinition"],
  ["*"],
  ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"],
  // These refuse whatever comes after them, until the pods behind them run.
  ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService"],
];

/** Only what the cluster has not, or not as it is drawn. Pure. */
export function planApply(
  objects: readonly KubeObject[],
  inventory: ReadonlyMap<string, Owned>,
  look: Look,
): ApplyPlan {
  const drawn = new Set(objects.map((object) => idOf(keyOf(object))));
  const send = objects.filter((object) => isToSend(object, inventory, look));
  return {
    waves: wavesOf(send),
    stale: [...inventory].flatMap(([id, entry]) => (drawn.has(id) ? [] : [entry])),
  };
}

/** The objects that may turn out to be there already: the only ones that have to be looked at. */
export function mayBeThere(objects: readonly KubeObject[], inventory: ReadonlyMap<string, Owned>): KubeObject[] {
  return objects.filter((object) => inventory.get(idOf(keyOf(object)))?.hash === hashOf(object));
}

export function wavesOf(objects: readonly KubeObject[]): KubeObject[][] {
  const waves = WAVES.map((_, wave) => objects.filter((object) => waveOf(object) === wave));
  return waves.filter((wave) => wave.length > 0);
}

export function waveOf({ kind }: Pick<KubeObject, "kind">): number {
  const wave = WAVES.findIndex((kinds) => kinds.includes(kind));
  return wave < 0 ? WAVES.findIndex((kinds) => kinds.includes("*")) : wave;
}

/** A finished Job that removes itself has not drifted, and must not run again. */
export function endsByItself({ kind, ...object }: KubeObject): boolean {
  const spec = object["spec"] as { readonly ttlSecondsAfterFinished?: number } | undefined;
  return kind === "Job" && spec?.ttlSecondsAfterFinished !== undefined;
}

function isToSend(object: KubeObject, inventory: ReadonlyMap<string, Owned>, look: Look): boolean {
  const { hash = null, observed = null } = inventory.get(idOf(keyOf(object))) ?? {};
  if (hash === null || observed === null || hash !== hashOf(object)) return true;
  const seen = look(keyOf(object));
  if (!seen) return seen === undefined || !endsByItself(object);
  return seen.isDeleting || !isAsObserved(observed, seen.observed);
}
