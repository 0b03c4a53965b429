import { type Check, type Subject, ofKind } from "../../check.ts";
import { namespaceOf, objectAt, selects, textMapAt, textsAt } from "../../fields.ts";
import { pods } from "../../pods.ts";
import type { Placed } from "../../../render/render.ts";

export const serviceMonitor: Check = {
  code: "SERVICE_MONITOR",
  severity: "error",
  title: "monitors select Services and pods that exist",
  tags: ["kube-linter/dangling-servicemonitor"],
  run: (subject) =>
    ofKind(subject, "ServiceMonitor", "PodMonitor")
      .filter((monitor) => !finds(monitor, subject))
      .map((object) => ({
        object,
        message: "it selects nothing: no metrics are read",
        fix: "correct its selector and namespaceSelector",
      })),
};

function finds(monitor: Placed, subject: Subject): boolean {
  const selector = objectAt(monitor.object, "spec", "selector");
  const named = textsAt(monitor.object, "spec", "namespaceSelector", "matchNames");
  const isAny = objectAt(monitor.object, "spec", "namespaceSelector")["any"] === true;
  const isIn = (namespace: string): boolean =>
    isAny || (named.length > 0 ? named.includes(namespace) : namespace === namespaceOf(monitor));
  if (monitor.object.kind === "PodMonitor")
    return pods(subject).some((pod) => isIn(pod.namespace) && selects(selector, pod.labels));
  return ofKind(subject, "Service").some(
    (service) => isIn(namespaceOf(service)) && selects(selector, textMapAt(service.object, "metadata", "labels")),
  );
}
