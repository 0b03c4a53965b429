import { join } from "node:path";
import { type Linter, type LinterFinding, missingPrograms, parseOutput, runLinter } from "./linter.ts";
import { FILE, type Rendered } from "./rendered.ts";
import { TEMPLATES, kubernetesSchemas, writeSchemas } from "./schemas.ts";

interface Report {
  readonly resources: readonly {
    readonly kind: string;
    readonly name: string;
    readonly status: "statusValid" | "statusInvalid" | "statusError" | "statusSkipped" | "statusEmpty";
    readonly msg: string;
  }[];
}

/** The oldest Kubernetes whose kubectl renders our overlays, and the newest whose schemas are published. */
const VERSIONS = ["v1.27.0", "v1.36.0"];

/** https://github.com/yannh/kubeconform, strict: a field that no schema names is a mistake. Nothing is skipped. */
export const kubeconform: Linter = {
  name: "kubeconform",
  missing: () => [
    ...missingPrograms("kubeconform"),
    ...VERSIONS.filter((version) => kubernetesSchemas(version) === null).map((version) => `schemas of ${version}`),
  ],
  async lint(rendered) {
    const verdicts = await Promise.all(VERSIONS.map((version) => lintFor(version, rendered)));
    return verdicts.flat();
  },
};

async function lintFor(version: string, { folder, objects }: Rendered): Promise<LinterFinding[]> {
  const schemas = join(folder, "schemas", version);
  writeSchemas(schemas, kubernetesSchemas(version) ?? "", objects);
  const locations = TEMPLATES.flatMap((template) => ["-schema-location", join(schemas, template)]);
  const flags = ["-strict", "-verbose", "-output", "json", "-kubernetes-version", version.slice(1)];
  const outcome = await runLinter("kubeconform", [...flags, ...locations, FILE], folder);
  const { resources } = parseOutput<Report>(outcome);
  if (resources.length !== objects.length)
    throw new Error(`${resources.length} of ${objects.length} objects were read`);
  return resources
    .filter(({ status }) => status !== "statusValid")
    .map(({ kind, name, status, msg }) => ({
      tool: "kubeconform",
      id: status === "statusInvalid" ? "invalid" : "unknown",
      object: `${kind}/${name}`,
      namespace: null,
      message: `${version}: ${msg}`,
    }));
}
