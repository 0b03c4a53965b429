import type { KubeObject } from "../render/object.ts";
import { parseQuantity } from "../lib/quantity.ts";
import { type Step, byHand, run } from "./step.ts";
import { sameJson } from "../lib/merge.ts";
import { listAt, textAt, valueAt } from "./value-at.ts";

/** Names of the claims that a StatefulSet has made, one per template and pod: `data-db-0`. */
export function claimNames(statefulSet: KubeObject): string[] {
  return listAt(statefulSet, "spec.volumeClaimTemplates").flatMap((template) =>
    claimsOf(statefulSet, textAt(template, "metadata.name") ?? ""),
  );
}

/** What happens to the claims of a StatefulSet whose templates change: the API never changes them by itself. */
export function claimSteps(before: KubeObject, after: KubeObject): Step[] {
  const [old, wanted] = [before, after].map(templatesByName) as [Map<string, unknown>, Map<string, unknown>];
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), wanted.get(name)];
    const claims = claimsOf(was === undefined ? after : before, name);
    if (claims.length === 0) return [];
    if (was === undefined) return [byHand(`${listOf(claims)} are made, and empty, when the pods start anew`)];
    if (is === undefined) return [byHand(`${listOf(claims)} stay with their data, and nothing uses them`)];
    return sameJson(was, is) ? [] : templateSteps(before.metadata.namespace ?? "default", claims, was, is);
  });
}

function templateSteps(namespace: string, claims: readonly string[], before: unknown, after: unknown): Step[] {
  const [old, size] = [before, after].map((template) => textAt(template, "spec.resources.requests.storage"));
  const growth = (parseQuantity(size) ?? 0) - (parseQuantity(old) ?? 0);
  const patch = JSON.stringify({ spec: { resources: { requests: { storage: size } } } });
  const grow = claims.map((claim) =>
    run(
      `kubectl patch -n ${namespace} persistentvolumeclaim/${claim} --type=merge -p '${patch}'`,
      `it keeps ${String(old)} until then; its storage class must allow expansion`,
    ),
  );
  const isOther = !sameJson(specWithoutSize(before), specWithoutSize(after));
  if (growth < 0) return [byHand(kept(claims, `keep their ${String(old)}, since a claim never shrinks`))];
  return [...(growth > 0 ? grow : []), ...(isOther ? [byHand(kept(claims, "stay otherwise as they are"))] : [])];
}

function kept(claims: readonly string[], how: string): string {
  return `${listOf(claims)} ${how}: to change one, copy its data, delete it and its pod, and copy the data back`;
}

function specWithoutSize(template: unknown): unknown {
  const { resources: _, ...spec } = (valueAt(template, "spec") ?? {}) as Record<string, unknown>;
  return spec;
}

function templatesByName(statefulSet: KubeObject): Map<string, unknown> {
  return new Map(
    listAt(statefulSet, "spec.volumeClaimTemplates").map((one) => [textAt(one, "metadata.name") ?? "", one]),
  );
}

function claimsOf(statefulSet: KubeObject, template: string): string[] {
  const first = Number(valueAt(statefulSet, "spec.ordinals.start") ?? 0);
  const replicas = Number(valueAt(statefulSet, "spec.replicas") ?? 1);
  return Array.from({ length: replicas }, (_, i) => `${template}-${statefulSet.metadata.name}-${first + i}`);
}

export function listOf(claims: readonly string[]): string {
  return claims.map((claim) => `persistentvolumeclaim/${claim}`).join(", ");
}
