import type { JsonObject } from "../lib/merge.ts";
import type { Placed } from "../render/render.ts";
import { type Subject, ofKind } from "./check.ts";
import { at, firstLabel, namespaceOf, objectAt, objectsAt, selects, textAt, textMapAt, textsAt } from "./fields.ts";
import type { Pod } from "./pods.ts";

export type Direction = "Ingress" | "Egress";

/** Every policy that selects a pod. */
export function policiesFor(subject: Subject, pod: Pod): readonly Placed[] {
  const found = byLabel.get(subject.placed) ?? groupByLabel(ofKind(subject, "NetworkPolicy"));
  byLabel.set(subject.placed, found);
  const labels = ["", ...Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`)];
  return labels
    .flatMap((label) => found.get(`${pod.namespace} ${label}`) ?? [])
    .filter(({ object }) => selects(objectAt(object, "spec", "podSelector"), pod.labels));
}

/** Every rule that holds for a pod in one direction; null where no policy is about that direction, and all is open. */
export function rulesFor(subject: Subject, pod: Pod, direction: Direction): readonly JsonObject[] | null {
  const policies = policiesFor(subject, pod).filter((policy) => isAbout(policy, direction));
  if (policies.length === 0) return null;
  return policies.flatMap(({ object }) => objectsAt(object, "spec", direction.toLowerCase()));
}

const byLabel = new WeakMap<readonly Placed[], ReadonlyMap<string, readonly Placed[]>>();

/** By namespace and the first label that a policy selects by. */
function groupByLabel(policies: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const policy of policies) {
    const key = `${namespaceOf(policy)} ${firstLabel(objectAt(policy.object, "spec", "podSelector"))}`;
    const group = groups.get(key);
    if (group) group.push(policy);
    else groups.set(key, [policy]);
  }
  return groups;
}

/** Without policyTypes a policy is about Ingress, and about Egress where it has rules for it. */
export function isAbout({ object }: Placed, direction: Direction): boolean {
  const types = textsAt(object, "spec", "policyTypes");
  if (types.length > 0) return types.includes(direction);
  return direction === "Ingress" || objectAt(object, "spec")["egress"] !== undefined;
}

/** Whether a rule lets a port through; a rule without ports lets every port through. */
export function allowsPort(rule: JsonObject, port: number, protocol: string, name = ""): boolean {
  const ports = objectsAt(rule, "ports");
  if (ports.length === 0) return true;
  return ports.some((one) => {
    if ((textAt(one, "protocol") || "TCP") !== protocol) return false;
    const first = at(one, "port");
    const last = at(one, "endPort");
    if (first === undefined || first === port || (name !== "" && first === name)) return true;
    return typeof first === "number" && typeof last === "number" && port >= first && port <= last;
  });
}

/** Whether a rule names the pod of another workload (or every pod); `own` is the namespace that the policy lies in. */
export function allowsPeer(rule: JsonObject, side: "from" | "to", peer: Pod, own: string, subject: Subject): boolean {
  const peers = objectsAt(rule, side);
  if (peers.length === 0) return true;
  return peers.some((one) => {
    if (one["ipBlock"] !== undefined) return false;
    const namespace = one["namespaceSelector"];
    const isThere =
      namespace === undefined ? peer.namespace === own : selects(namespace, labelsOf(peer.namespace, subject));
    return isThere && selects(one["podSelector"] ?? {}, peer.labels);
  });
}

/** The API itself gives every namespace the label of its name. */
function labelsOf(namespace: string, subject: Subject): Readonly<Record<string, string>> {
  const found = ofKind(subject, "Namespace").find(({ object }) => object.metadata.name === namespace);
  return { ...textMapAt(found?.object, "metadata", "labels"), "kubernetes.io/metadata.name": namespace };
}
