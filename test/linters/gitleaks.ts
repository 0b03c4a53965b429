import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Linter, missingPrograms, parseOutput, runLinter } from "./linter.ts";
import { FILE, objectAt } from "./rendered.ts";

/** A secret that gitleaks takes for a real one. */
export interface Leak {
  readonly RuleID: string;
  readonly File: string;
  readonly StartLine: number;
}

/** https://github.com/gitleaks/gitleaks, on the rendered stream; no comment in it may excuse anything. */
export const gitleaks: Linter = {
  name: "gitleaks",
  missing: () => missingPrograms("gitleaks"),
  async lint(rendered) {
    const leaks = await findLeaks(FILE, rendered.folder);
    return leaks.map(({ RuleID, StartLine }) => {
      const object = objectAt(rendered, StartLine);
      return {
        tool: "gitleaks",
        id: RuleID,
        object: `${object?.kind}/${object?.metadata.name}`,
        namespace: object?.metadata.namespace ?? null,
        message: `a secret at line ${StartLine} of the stream`,
      };
    });
  },
};

/** Every leak below a path of `folder`, without the secrets themselves. */
export async function findLeaks(path: string, folder: string): Promise<readonly Leak[]> {
  const nothing = join(folder, ".no-gitleaksignore");
  mkdirSync(nothing, { recursive: true });
  const flags = ["--no-banner", "--redact", "--ignore-gitleaks-allow", "-i", nothing, "-f", "json", "-r", "-"];
  return parseOutput<Leak[]>(await runLinter("gitleaks", ["dir", path, ...flags], folder));
}
