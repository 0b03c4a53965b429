import { type Check, type Subject, type Violation, ofKind } from "../../check.ts";
import { isEmptySelector, namespaceOf, objectAt, objectsAt, textAt, textMapAt } from "../../fields.ts";
import { podsSelected } from "../../pods.ts";
import type { Placed } from "../../../render/render.ts";

/** A policy for every pod of a namespace may stand in an empty one; peers in foreign namespaces are not ours to know. */
export const danglingPolicy: Check = {
  code: "DANGLING_POLICY",
  severity: "error",
  title: "policies select pods that exist, and so do their peers",
  tags: [
    "kube-linter/dangling-networkpolicy",
    "kube-linter/dangling-networkpolicypeer-podselector",
    "kube-score/networkpolicy-targets-pod",
    "kubescape/C-0299",
  ],
  run: (subject) =>
    ofKind(subject, "NetworkPolicy").flatMap((object) => {
      const selector = objectAt(object.object, "spec", "podSelector");
      const isDangling = !isEmptySelector(selector) && !isThere(subject, namespaceOf(object), selector);
      return isDangling
        ? [
            {
              object,
              message: `no pod of its namespace has the labels ${shown(selector)}`,
              fix: "correct podSelector, or remove the policy",
            },
          ]
        : peerProblems(subject, object);
    }),
};

function peerProblems(subject: Subject, object: Placed): Violation[] {
  const rules = [...objectsAt(object.object, "spec", "ingress"), ...objectsAt(object.object, "spec", "egress")];
  const ours = new Set(ofKind(subject, "Namespace").map((one) => one.object.metadata.name));
  const peers = rules.flatMap((rule) => [...objectsAt(rule, "from"), ...objectsAt(rule, "to")]);
  return peers.flatMap((peer) => {
    const named = textAt(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name");
    const namespace = peer["namespaceSelector"] === undefined ? namespaceOf(object) : named;
    const selector = objectAt(peer, "podSelector");
    if (!ours.has(namespace) || isEmptySelector(selector) || isThere(subject, namespace, selector)) return [];
    const message = `it names pods ${shown(selector)} of namespace ${namespace}, and there are none`;
    return [{ object, message, fix: "correct the peer's podSelector, or remove the rule" }];
  });
}

function isThere(subject: Subject, namespace: string, selector: unknown): boolean {
  return podsSelected(subject, namespace, selector).length > 0;
}

function shown(selector: unknown): string {
  return Object.entries(textMapAt(selector, "matchLabels"))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
