import { type Finding, UserError, userError } from "../lib/errors.ts";
import { isObject, sortKeys } from "../lib/merge.ts";
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
  refuseTooMany(source);
  const result = check(source);
  const problems: readonly Finding[] = [
    ...findings,
    ...(result.success ? [] : issueFindings(registrySchema, result.error.issues, source, source.value)),
  ];
  if (!result.success || problems.length > 0) throw new UserError(inFileOrder(problems));
  return { registry: sortKeys(result.data), source };
}

// Measured: a thousand services in four environments take about three seconds, and time and memory grow with them.
const MAX_SERVICES = 5000;

function refuseTooMany(source: Source): void {
  const { value, file } = source;
  const services = isObject(value) && isObject(value["services"]) ? Object.keys(value["services"]).length : 0;
  if (services <= MAX_SERVICES) return;
  throw userError(
    "REGISTRY_TOO_LARGE",
    source.whereKey(["services"]),
    `${file} has ${services} services; more than ${MAX_SERVICES} are not read`,
    "make several platforms of it, each in a folder of its own: --root DIR",
  );
}

function check({ value, file }: Source): ReturnType<typeof registrySchema.safeParse> {
  try {
    return registrySchema.safeParse(value);
  } catch (error) {
    // The schema's library hands its issues on as arguments: beyond some ten thousand the stack cannot hold them.
    if (!(error instanceof RangeError)) throw error;
    const fix = "mend what is wrong with one service first: the rest mostly has the same mistake";
    throw userError("REGISTRY_TOO_LARGE", `${file}:1:1`, "it has more mistakes than can be told apart", fix);
  }
}
