import { setTimeout as sleep } from "node:timers/promises";
import { userError } from "../../tools/lib/errors.ts";
import { isObject } from "../../tools/lib/merge.ts";
import { valueAt } from "../../tools/diff/value-at.ts";
import type { KubeApi } from "./api/api.ts";
import type { Replacement } from "./immutable.ts";
import { type ObjectKey, titleOf } from "./inventory.ts";
import type { LiveObject } from "./owned-fields.ts";

/** Longer than most pods take to end. */
const GONE_TIMEOUT_MS = 120_000;

/** Deletes an object that is about to be made again, and resolves when nothing of it is in the way. */
export async function replaceable(
  api: KubeApi,
  key: ObjectKey,
  path: string,
  { propagation, endsPods }: Replacement,
  signal: AbortSignal,
): Promise<void> {
  const { status, body } = await api.request("GET", path, { signal });
  if (status !== 200) return;
  const live = body as LiveObject;
  const pods = endsPods ? await podsOf(api, live, signal) : [];
  await api.request("DELETE", path, { body: deleteOptions(live, propagation), signal });
  await gone(api, key, path, live.metadata.uid ?? "", signal);
  for (const pod of pods) await api.request("DELETE", pod, { signal });
}

/** Of this very object: what somebody makes under its name meanwhile stays. */
export function deleteOptions(
  { metadata: { uid } }: LiveObject,
  propagationPolicy: Replacement["propagation"],
): object {
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy,
    ...(uid !== undefined && { preconditions: { uid } }),
  };
}

async function gone(api: KubeApi, key: ObjectKey, path: string, uid: string, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + GONE_TIMEOUT_MS;
  for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 500)) {
    const { status, body } = await api.request("GET", path, { signal });
    if (status === 404 || (status === 200 && (body as LiveObject).metadata.uid !== uid)) return;
    if (performance.now() > untilMs) throw stuck(key);
    await sleep(waitMs, undefined, { signal });
  }
}

/** Paths of the pods of a StatefulSet. */
async function podsOf(api: KubeApi, { metadata, ...set }: LiveObject, signal: AbortSignal): Promise<string[]> {
  const { namespace = "default", uid } = metadata;
  const labels = valueAt(set, "spec.selector.matchLabels");
  const selector = Object.entries(isObject(labels) ? labels : {}).map(([label, value]) => `${label}=${String(value)}`);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { body } = await api.request("GET", path, { query: { labelSelector: selector.join(",") }, signal });
  const { items = [] } = body as { readonly items?: readonly Pod[] };
  const own = items.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === uid));
  return own.map((pod) => `${path}/${pod.metadata.name}`);
}

interface Pod {
  readonly metadata: { readonly name: string; readonly ownerReferences?: readonly { readonly uid: string }[] };
}

function stuck(key: ObjectKey): Error {
  const scope = key.namespace === null ? "" : `-n ${key.namespace} `;
  return userError(
    "APPLY_DELETING",
    titleOf(key),
    "it had to be deleted to be made again, and is not gone after two minutes",
    `what holds it up: kubectl ${scope}get ${key.kind.toLowerCase()} ${key.name} -o yaml (finalizers, ownerReferences)`,
  );
}
