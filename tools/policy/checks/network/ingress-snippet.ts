import { type Check, ofKind } from "../../check.ts";
import { annotationsOf } from "../../fields.ts";

export const ingressSnippet: Check = {
  code: "INGRESS_SNIPPET",
  severity: "error",
  title: "no annotation writes into the controller's own configuration",
  tags: ["checkov/CKV_K8S_152", "checkov/CKV_K8S_153", "checkov/CKV_K8S_154", "trivy/KCV-0093", "kubescape/C-0059"],
  run: (subject) =>
    ofKind(subject, "Ingress").flatMap((object) =>
      Object.keys(annotationsOf(object.object))
        .filter((key) => /^nginx\.(ingress\.kubernetes\.io|org)\/.*snippets?$/.test(key))
        .map((key) => ({
          object,
          message: `${key} can read every Secret that the controller can (CVE-2021-25742)`,
          fix: "say it by another annotation; controllers refuse snippets by default",
        })),
    ),
};
