import { type Check, type Problem, type Subject, ofKind } from "../../check.ts";
import { namespaceOf, objectsAt, textAt, textMapAt } from "../../fields.ts";
import { podsSelected } from "../../pods.ts";
import type { Placed } from "../../../render/render.ts";

export const servicePorts: Check = {
  code: "SERVICE_PORTS",
  severity: "error",
  title: "no Service has the same port twice, and each leads to a port of its pods",
  tags: ["kube-linter/invalid-target-ports"],
  run: (subject) =>
    ofKind(subject, "Service").flatMap((object) =>
      [...duplicates(object), ...lost(object, subject)].map((problem) => ({ object, ...problem })),
    ),
};

function duplicates({ object }: Placed): Problem[] {
  const ports = objectsAt(object, "spec", "ports").map(
    (port) => `${textAt(port, "port")}/${textAt(port, "protocol") || "TCP"}`,
  );
  return ports
    .filter((port, i) => ports.indexOf(port) !== i)
    .map((port) => ({
      message: `it has port ${port} twice, which the API refuses`,
      fix: "give one of the two another servicePort",
    }));
}

/** A named port is looked up in the pods; a number needs no declaration. */
function lost(service: Placed, subject: Subject): Problem[] {
  const selector = { matchLabels: textMapAt(service.object, "spec", "selector") };
  const chosen = podsSelected(subject, namespaceOf(service), selector);
  if (chosen.length === 0 || Object.keys(selector.matchLabels).length === 0) return [];
  const names = new Set(
    chosen.flatMap((pod) => pod.containers.flatMap((one) => one.ports.map((port) => textAt(port, "name")))),
  );
  return objectsAt(service.object, "spec", "ports")
    .map((port) => port["targetPort"])
    .filter((target) => typeof target === "string" && !/^[0-9]+$/.test(target) && !names.has(target))
    .map((target) => ({
      message: `its targetPort ${String(target)} is no port of its pods`,
      fix: "name one of the container's ports",
    }));
}
