import { type Check, ofKind } from "../../check.ts";
import { textAt } from "../../fields.ts";

const LABEL = "pod-security.kubernetes.io/enforce";

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const podSecurity: Check = {
  code: "POD_SECURITY",
  severity: "error",
  title: "every namespace enforces Pod Security restricted",
  tags: [
    "pss/restricted",
    "kubescape/C-0192",
    "kubescape/C-0193",
    "kubescape/C-0197",
    "kubescape/C-0198",
    "kubescape/C-0199",
    "kubescape/C-0200",
    "kubescape/C-0201",
    "cis/5.2.1",
    "stig/V-254800",
    "stig/V-254571",
  ],
  run: (subject) =>
    ofKind(subject, "Namespace")
      .map((object) => ({ object, level: textAt(object.object, "metadata", "labels", LABEL) }))
      .filter(({ level }) => level !== "restricted")
      .map(({ object, level }) => ({
        object,
        message: level === "" ? "nothing is enforced for pods here" : `it enforces Pod Security ${level} only`,
        fix: 'leave podSecurity at "restricted", or add an exception that says which pod needs more',
      })),
};
