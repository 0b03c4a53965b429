import { type Check, ofKind } from "../../check.ts";
import { namespaceOf, selects, textAt, textMapAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

/** Without ports there is no Service, and nobody asks for its pods by name. */
export const statefulService: Check = {
  code: "STATEFUL_SERVICE",
  severity: "error",
  title: "a StatefulSet's serviceName is a headless Service that selects its pods",
  tags: ["kube-score/statefulset-has-servicename"],
  run: (subject) =>
    perPod(subject, (pod) => {
      if (pod.kind !== "StatefulSet" || pod.containers.every(({ ports }) => ports.length === 0)) return [];
      const name = textAt(pod.object.object, "spec", "serviceName");
      const service = ofKind(subject, "Service").find(
        (one) => one.object.metadata.name === name && namespaceOf(one) === pod.namespace,
      );
      const isRight =
        textAt(service?.object, "spec", "clusterIP") === "None" &&
        selects({ matchLabels: textMapAt(service?.object, "spec", "selector") }, pod.labels);
      return [
        !isRight && {
          message: `${name === "" ? "it names no Service" : `the Service ${name} is not there, not headless, or selects other pods`}: its pods have no names in DNS`,
          fix: 'leave "headless" at its default, or name a headless Service of its pods',
        },
      ];
    }),
};
