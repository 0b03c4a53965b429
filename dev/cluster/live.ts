import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "../../tools/render/object.ts";
import { isOurs, platformSelector } from "./ours.ts";
import type { KubeApi } from "./api/api.ts";
import type { Seen } from "./apply-plan.ts";
import { type ObjectKey, idOf, keyOf, kindId } from "./inventory.ts";
import { type LiveObject, lastManager, observedOf } from "./owned-fields.ts";

/** What the cluster has of our objects, kept up to date by one watch for each kind. */
export interface Live {
  /** Null: it is not there. Undefined: nobody has looked. */
  get(object: ObjectKey): Seen | null | undefined;
  /** Resolves when it is known of each of these objects whether, and how, it is there. */
  look(objects: readonly KubeObject[], signal: AbortSignal): Promise<void>;
  /** An object as the API has just answered. False: a newer one is known already. */
  note(key: ObjectKey, object: LiveObject): boolean;
  forget(key: ObjectKey): void;
}

interface Options {
  readonly api: KubeApi;
  readonly platform: string;
  /** An object has changed; null: it is gone. */
  readonly onChange: (key: ObjectKey, seen: Seen | null) => void;
  /** Ends every watch. */
  readonly signal: AbortSignal;
}

// Who may not list a kind never hears of its objects: they are applied as if nobody had looked.
const LIST_TIMEOUT_MS = 5000;

type Type = Pick<ObjectKey, "apiVersion" | "kind">;

interface Memory extends Options {
  /** By id; null: it is not there. */
  readonly seen: Map<string, Seen | null>;
  /** Kinds of which all objects are known. */
  readonly listed: Set<string>;
}

export function liveObjects(options: Options): Live {
  const { platform } = options;
  const memory: Memory = { ...options, seen: new Map(), listed: new Set() };
  const { seen, listed } = memory;
  const lists = new Map<string, Promise<void>>();
  return {
    get(object) {
      const found = seen.get(idOf(object));
      return found === undefined && listed.has(kindId(object)) ? null : found;
    },
    async look(objects, signal) {
      const own = objects.filter((object) => isOurs(object, platform));
      const others = objects.filter((object) => !own.includes(object) && !seen.has(idOf(keyOf(object))));
      await Promise.all([
        ...own.map((object) => listOf(object, signal)),
        ...others.map((object) => lookAt(memory, keyOf(object), signal)),
      ]);
    },
    note: (key, object) => note(memory, key, object),
    forget: (key) => void seen.delete(idOf(key)),
  };

  function listOf({ apiVersion, kind }: KubeObject, signal: AbortSignal): Promise<unknown> {
    const id = kindId({ apiVersion, kind });
    const list = lists.get(id) ?? watch(memory, { apiVersion, kind }, () => lists.delete(id));
    lists.set(id, list);
    if (listed.has(id)) return list;
    return Promise.race([list, sleep(LIST_TIMEOUT_MS, undefined, { signal, ref: false }).catch(() => undefined)]);
  }
}

/** Ignores what is older than what is known already: answers and the watch overtake each other. */
function note({ seen }: Memory, key: ObjectKey, object: LiveObject): boolean {
  const before = seen.get(idOf(key));
  const now = seenOf(object);
  if (before && before.version >= now.version) return false;
  seen.set(idOf(key), now);
  return true;
}

/** Resolves with the first list; goes on watching until the session ends. */
async function watch(memory: Memory, type: Type, onUnknown: () => void): Promise<void> {
  const { api, platform, listed, onChange, signal } = memory;
  const path = await api.pathOf({ ...type, namespace: null, name: null });
  if (path === null) return onUnknown();
  await new Promise<void>((resolve) => {
    const present = new Set<string>();
    const onList = (): void => {
      present.clear();
      // A list is told in one go.
      queueMicrotask(() => {
        listed.add(kindId(type));
        sweep(memory, type, present);
        resolve();
      });
    };
    const onEvent = (event: string, object: unknown): void => {
      const live = object as LiveObject;
      const key = { ...type, namespace: live.metadata.namespace ?? null, name: live.metadata.name };
      present.add(idOf(key));
      if (event === "DELETED") deleted(memory, key, live);
      else if (note(memory, key, live)) onChange(key, seenOf(live));
    };
    const query = { labelSelector: platformSelector(platform) };
    api.watch(path, query, { onList, onEvent }, signal).then(resolve, resolve);
  });
}

/** Not when it has been made again meanwhile. */
function deleted({ seen, onChange }: Memory, key: ObjectKey, { metadata }: LiveObject): void {
  const before = seen.get(idOf(key));
  if (before && before.uid !== metadata.uid) return;
  seen.set(idOf(key), null);
  onChange(key, null);
}

/** What was there before the connection broke and is not in the new list. */
function sweep(memory: Memory, type: Type, present: ReadonlySet<string>): void {
  for (const [id, before] of memory.seen) {
    if (before === null || present.has(id) || !id.startsWith(`${kindId(type)} `)) continue;
    const [namespace = "", name = ""] = id.slice(kindId(type).length + 1).split("/");
    void lookAgain(memory, { ...type, namespace: namespace === "-" ? null : namespace, name });
  }
}

/** A list may be older than an answer, and never has what carries no label of ours. */
async function lookAgain(memory: Memory, key: ObjectKey): Promise<void> {
  if (await lookFor(memory, key, memory.signal).catch(() => true)) return;
  memory.seen.set(idOf(key), null);
  memory.onChange(key, null);
}

async function lookAt(memory: Memory, key: ObjectKey, signal: AbortSignal): Promise<void> {
  if (!(await lookFor(memory, key, signal))) memory.seen.set(idOf(key), null);
}

async function lookFor(memory: Memory, key: ObjectKey, signal: AbortSignal): Promise<boolean> {
  const path = await memory.api.pathOf(key);
  if (path === null) return false;
  const { status, body } = await memory.api.request("GET", path, { signal });
  if (status === 200) note(memory, key, body as LiveObject);
  return status !== 404;
}

function seenOf(object: LiveObject): Seen {
  const { uid = "", resourceVersion, deletionTimestamp } = object.metadata;
  return {
    uid,
    // Opaque by contract, a growing number in every API server that stores its objects in etcd.
    version: Number(resourceVersion ?? 0),
    observed: observedOf(object),
    isDeleting: deletionTimestamp !== undefined,
    lastManager: lastManager(object),
  };
}
