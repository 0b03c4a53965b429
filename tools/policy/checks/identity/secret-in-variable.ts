import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

/** A variable is inherited by every child, and printed with every crash. */
export const secretInVariable: Check = {
  code: "SECRET_IN_VARIABLE",
  severity: "warning",
  title: "Secrets are read from files, not from variables",
  tags: [
    "kube-linter/read-secret-from-env-var",
    "checkov/CKV_K8S_35",
    "kubescape/C-0207",
    "cis/5.4.1",
    "stig/V-242415",
    "stig/V-254567",
    "kyverno/disallow-secrets-from-env-vars",
  ],
  run: (subject) =>
    perPod(subject, ({ containers }) => {
      const names = containers.flatMap(({ env, envFrom }) => [
        ...env.map(({ valueFrom }) => textAt(valueFrom, "secretKeyRef", "name")),
        ...envFrom.map((from) => textAt(from, "secretRef", "name")),
      ]);
      return names
        .filter((name) => name !== "")
        .map((name) => ({
          message: `its variables hold values of the Secret ${name}`,
          fix: 'mount them: "files": {"/run/secrets/…": {"secret": "…", "key": "…"}}; many programs take <NAME>_FILE',
        }));
    }),
};
