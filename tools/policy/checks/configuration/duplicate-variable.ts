import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const duplicateVariable: Check = {
  code: "DUPLICATE_VARIABLE",
  severity: "error",
  title: "no variable is set twice",
  tags: ["kube-linter/duplicate-env-var", "kube-score/environment-variable-key-duplication", "kubescape/C-0295"],
  run: (subject) =>
    perContainer(subject, ({ name: container, env }) => {
      const names = env.map(({ name }) => name);
      return names
        .filter((name, i) => names.indexOf(name) !== i)
        .map((name) => ({
          message: `container ${container} sets ${name} twice: the last one holds, in one tool; the first, in another`,
          fix: "keep one of the two",
        }));
    }),
};
