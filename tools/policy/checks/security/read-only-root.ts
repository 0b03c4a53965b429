import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

/** /tmp is writable in any case; further folders are emptyDir volumes. */
export const readOnlyRoot: Check = {
  code: "READ_ONLY_ROOT",
  severity: "error",
  title: "no container can change its own image",
  tags: [
    "kube-linter/no-read-only-root-fs",
    "kube-score/container-security-context-readonlyrootfilesystem",
    "polaris/notReadOnlyRootFilesystem",
    "checkov/CKV_K8S_22",
    "trivy/KSV-0014",
    "kubescape/C-0017",
    "nsa/1.1",
    "kyverno/require-ro-rootfs",
  ],
  run: (subject) =>
    perContainer(subject, ({ name, securityContext }) => [
      securityContext["readOnlyRootFilesystem"] !== true && {
        message: `container ${name} may write to its root file system`,
        fix: 'declare what it writes: "volumes": {"cache": {"mountPath": "…", "type": "emptyDir"}}',
      },
    ]),
};
