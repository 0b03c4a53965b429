import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import type { SecretTarget } from "../core/target.ts";

// Names and keys are all that ever leaves kubectl: a value must not even pass through this program.
const NAMES_AND_KEYS =
  '{{range .items}}{{.metadata.namespace}}/{{.metadata.name}}{{range $key, $value := .data}} {{$key}}{{end}}{{"\\n"}}{{end}}';

/** A finding for each Secret, or key of one, that should exist and does not. */
export async function missingSecrets(
  kubectl: Kubectl,
  secrets: readonly SecretTarget[],
  environment: string,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (secrets.length === 0) return [];
  const listed = await kubectl.run(
    ["get", "secrets", "--all-namespaces", "--output", `go-template=${NAMES_AND_KEYS}`],
    { signal },
  );
  return listed.exitCode === 0 ? secretFindings(secrets, parseListing(listed.stdout), environment) : [];
}

/** `namespace/name key key` per line → keys by Secret. */
export function parseListing(text: string): ReadonlyMap<string, readonly string[]> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => line.split(" ")).map(([name = "", ...keys]) => [name, keys]));
}

export function secretFindings(
  secrets: readonly SecretTarget[],
  existing: ReadonlyMap<string, readonly string[]>,
  environment: string,
): Finding[] {
  return secrets.flatMap((secret): Finding[] => {
    const keys = existing.get(`${secret.namespace}/${secret.name}`);
    const missing = secret.keys.filter((key) => !keys?.includes(key));
    if (keys && missing.length === 0) return [];
    const message = keys
      ? `the Secret ${secret.name} has no key ${missing.join(", ")}`
      : `the Secret ${secret.name} does not exist`;
    const where = `Secret/${secret.name} in ${secret.namespace}`;
    const fix = `npm run secrets -- ${environment}`;
    return [
      {
        code: keys ? "SECRET_KEY_MISSING" : "SECRET_MISSING",
        severity: "warning",
        where,
        message: `${message}; ${secret.readers.join(" and ")} cannot start without it`,
        fix,
      },
    ];
  });
}
