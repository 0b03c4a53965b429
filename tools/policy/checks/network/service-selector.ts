import { type Check, ofKind } from "../../check.ts";
import { namespaceOf, textMapAt } from "../../fields.ts";
import { podsSelected } from "../../pods.ts";

export const serviceSelector: Check = {
  code: "SERVICE_SELECTOR",
  severity: "error",
  title: "every Service that selects pods finds some",
  tags: ["kube-linter/dangling-service", "kube-score/service-targets-pod", "kubescape/C-0293"],
  run: (subject) =>
    ofKind(subject, "Service").flatMap((object) => {
      const labels = textMapAt(object.object, "spec", "selector");
      // Without a selector somebody else says where it leads.
      if (Object.keys(labels).length === 0) return [];
      if (podsSelected(subject, namespaceOf(object), { matchLabels: labels }).length > 0) return [];
      return [{ object, message: "it selects no pod: whoever asks it gets no answer", fix: "correct its selector" }];
    }),
};
