import { didYouMean } from "../lib/text.ts";

/** One `${services.<name>.<field>}` inside a text. */
export interface Reference {
  /** As written, with the braces. */
  readonly text: string;
  readonly service: string;
  readonly field: "host" | "port" | "url";
  /** The port's name in `${services.x.ports.<name>}`, else null. */
  readonly port: string | null;
}

const PLACEHOLDER = /\$\{([^}]*)\}/g;
const PARAMETER = /^parameters\.([a-z0-9-]+)$/;
const SERVICE = /^services\.([a-z0-9-]+)\.(?:(host|port|url)|ports\.([a-z0-9-]+))$/;

/**
 * The references in a text, in order. `${HOME}` is somebody else's and stays as it is; what begins like a reference (or
 * nearly so) and is none comes back as `unknown`.
 */
export function referencesIn(text: string): {
  readonly references: readonly Reference[];
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  readonly unknown: readonly string[];
} {
  const references: Reference[] = [];
  const parameters: string[] = [];
  const unknown: string[] = [];
  for (const [whole, inner = ""] of text.matchAll(PLACEHOLDER)) {
    const match = SERVICE.exec(inner);
    const parameter = PARAMETER.exec(inner)?.[1];
    if (parameter !== undefined) parameters.push(parameter);
    else if (!match?.[1]) unknown.push(...(isMeantAsReference(inner) ? [whole] : []));
    else
      references.push({
        text: whole,
        service: match[1],
        field: (match[2] as Reference["field"] | undefined) ?? "port",
        port: match[3] ?? null,
      });
  }
  return { references, parameters, unknown };
}

function isMeantAsReference(inner: string): boolean {
  const [first = "", ...rest] = inner.split(".");
  return rest.length > 0 && didYouMean(first.trim(), ["services", "parameters"]) !== null;
}

/** Replaces every reference by what `resolve` says. */
export function replaceReferences(text: string, resolve: (reference: Reference) => string): string {
  return referencesIn(text).references.reduce(
    (result, reference) => result.replace(reference.text, () => resolve(reference)),
    text,
  );
}

/** Replaces every `${parameters.<name>}` that has a value; what a value holds is never looked at again. */
export function replaceParameters(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(PLACEHOLDER, (whole, inner: string) => {
    const name = PARAMETER.exec(inner)?.[1];
    return name !== undefined && Object.hasOwn(values, name) ? (values[name] ?? whole) : whole;
  });
}
