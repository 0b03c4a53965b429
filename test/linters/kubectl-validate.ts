import { existsSync } from "node:fs";
import { type Linter, missingPrograms, parseOutput, runLinter } from "./linter.ts";
import { FILE } from "./rendered.ts";
import { CRDS } from "./schemas.ts";

type Report = Readonly<Record<string, readonly { readonly status: string; readonly message?: string }[]>>;

/** The newest that it carries itself. */
const VERSION = "1.30";

/** https://github.com/kubernetes-sigs/kubectl-validate: the API server's own validation, without one. */
export const kubectlValidate: Linter = {
  name: "kubectl-validate",
  missing: () => [...missingPrograms("kubectl-validate"), ...(existsSync(CRDS) ? [] : ["custom resource definitions"])],
  async lint({ folder, objects }) {
    const flags = ["--version", VERSION, "--local-crds", CRDS, "-o", "json"];
    const report = parseOutput<Report>(await runLinter("kubectl-validate", [FILE, ...flags], folder));
    const verdicts = report[FILE] ?? [];
    if (verdicts.length !== objects.length)
      throw new Error(`${verdicts.length} of ${objects.length} objects were read`);
    return verdicts.flatMap(({ status, message = "" }, i) => {
      const object = objects[i];
      if (status === "Success" || !object) return [];
      const namespace = object.metadata.namespace ?? null;
      return [
        {
          tool: "kubectl-validate",
          id: "invalid",
          object: `${object.kind}/${object.metadata.name}`,
          namespace,
          message,
        },
      ];
    });
  },
};
