import { type Finding, UserError } from "../lib/errors.ts";
import { sortKeys } from "../lib/merge.ts";
import { issueFindings } from "./issues.ts";
import { type Registry, registrySchema } from "./schema.ts";
import { type Source, inFileOrder, readSource } from "./source.ts";

/** A registry of the right shape, and the file that it came from (for places in later findings). */
export interface Parsed {
  readonly registry: Registry;
  readonly source: Source;
}

/**
 * Text → registry. Throws one `UserError` with every problem of shape at `file:line:column`.
 * Keys come back sorted: nothing that is generated depends on the order in which a person wrote them.
 */
export function parseRegistry(text: string, file: string): Parsed {
  const { source, findings, readable } = readSource(text, file);
  if (!readable) throw new UserError(findings);
  const result = registrySchema.safeParse(source.value);
  const problems: readonly Finding[] = [
    ...findings,
    ...(result.success ? [] : issueFindings(registrySchema, result.error.issues, source, source.value)),
  ];
  if (!result.success || problems.length > 0) throw new UserError(inFileOrder(problems));
  return { registry: sortKeys(result.data), source };
}
