import type { KubeObject } from "../../tools/render/object.ts";
import { type Linter, type LinterFinding, missingPrograms, parseOutput, runLinter } from "./linter.ts";
import { FILE, type Rendered, objectAt } from "./rendered.ts";

interface Report {
  readonly check_type: string;
  readonly results: { readonly failed_checks: readonly FailedCheck[] };
  readonly summary: { readonly passed: number; readonly skipped: number; readonly parsing_errors: number };
}

interface FailedCheck {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly file_line_range: readonly [number, number];
}

/** https://www.checkov.io/5.Policy%20Index/kubernetes.html: every check of manifests, and its search for secrets. */
export const checkov: Linter = {
  name: "checkov",
  missing: () => missingPrograms("checkov"),
  async lint(rendered) {
    const flags = ["--framework", "kubernetes", "secrets", "--compact", "--skip-download", "-o", "json"];
    const printed = parseOutput<Report | Report[]>(await runLinter("checkov", ["-f", FILE, ...flags], rendered.folder));
    const reports = Array.isArray(printed) ? printed : [printed];
    for (const { check_type: type, summary } of reports)
      if (summary.parsing_errors + summary.skipped > 0) throw new Error(`${type}: not everything was looked at`);
    if (!reports.some(({ check_type: type, summary }) => type === "kubernetes" && summary.passed > 0))
      throw new Error("not one check passed: nothing was looked at");
    return reports.flatMap(({ results }) => results.failed_checks.map((failed) => toFinding(failed, rendered)));
  },
};

function toFinding(
  { check_id, check_name, resource, file_line_range }: FailedCheck,
  rendered: Rendered,
): LinterFinding {
  const object = named(resource, rendered) ?? objectAt(rendered, file_line_range[0]);
  return {
    tool: "checkov",
    id: check_id,
    object: `${object?.kind}/${object?.metadata.name}`,
    namespace: object?.metadata.namespace ?? null,
    message: check_name,
  };
}

/** `Deployment.mage-services.core`, and `Namespace.default.mage-data` for what has no namespace; a hash for a secret. */
function named(resource: string, { objects }: Rendered): KubeObject | undefined {
  return objects.find(
    ({ kind, metadata }) => resource === `${kind}.${metadata.namespace ?? "default"}.${metadata.name}`,
  );
}
