import { isSecretName } from "./secrets.ts";

// https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md

/** What became of one variable inside a text. */
export interface Variable {
  readonly name: string;
  /** given: from the file of variables. default: the text's own. unset: neither. secret: its value is not taken. */
  readonly from: "given" | "default" | "unset" | "secret";
  readonly value: string;
  /** The words of `${X?words}`, where the variable is not there. */
  readonly required: string | null;
}

export interface Interpolated {
  readonly text: string;
  readonly variables: readonly Variable[];
  readonly problem: string | null;
}

const PATTERN = /\$(?:\$|([A-Za-z_]\w*)|\{)/g;
const BRACED = /^([A-Za-z_]\w*)(?:(:?[-?+])([^]*))?$/;

/** Resolves `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:?words}`, `${X:+other}`; `$$` is a dollar. */
export function interpolate(text: string, values: ReadonlyMap<string, string>): Interpolated {
  const pattern = new RegExp(PATTERN);
  const variables: Variable[] = [];
  let result = "";
  let last = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const end = match[0] === "${" ? closing(text, pattern.lastIndex) : pattern.lastIndex;
    if (end < 0) return { text, variables, problem: `"${text}" has a \${ without its }` };
    const whole = text.slice(match.index, end);
    const found = whole === "$$" ? DOLLAR : resolve(match[1] ?? whole.slice(2, -1), values);
    if (!found) return { text, variables, problem: `"${whole}" is no variable` };
    variables.push(...found.variables);
    result += text.slice(last, match.index) + found.text;
    last = end;
    pattern.lastIndex = end;
  }
  return { text: result + text.slice(last), variables, problem: null };
}

const DOLLAR = { text: "$", variables: [] };

/** Stands in a text for the value of a secret, which nobody may read here. */
export function marker(name: string): string {
  return `\ufdd0${name}\ufdd0`;
}

/** The names of the secrets in a text. */
export function markersIn(text: string): readonly string[] {
  return [...text.matchAll(/\ufdd0([^\ufdd0]*)\ufdd0/g)].map(([, name = ""]) => name);
}

export function replaceMarkers(text: string, replace: (name: string) => string): string {
  return text.replaceAll(/\ufdd0([^\ufdd0]*)\ufdd0/g, (_, name: string) => replace(name));
}

function resolve(inner: string, values: ReadonlyMap<string, string>): Omit<Interpolated, "problem"> | null {
  const [, name = "", operator = "", rest = ""] = BRACED.exec(inner) ?? [];
  if (name === "") return null;
  const value = values.get(name);
  const isThere = value !== undefined && (value !== "" || !operator.startsWith(":"));
  if (operator.endsWith("+")) return isThere ? interpolate(rest, values) : { text: "", variables: [] };
  // An empty default says that there may be none: a made-up secret would be another thing.
  if (isSecretName(name) && (isThere ? value !== "" : operator === "" || rest !== ""))
    return secret(name, operator, rest);
  if (isThere) return { text: value, variables: [{ name, from: "given", value, required: null }] };
  if (operator.endsWith("-")) {
    const inside = interpolate(rest, values);
    return {
      text: inside.text,
      variables: [{ name, from: "default", value: inside.text, required: null }, ...inside.variables],
    };
  }
  const required = operator.endsWith("?") ? rest || "it must be set" : null;
  return {
    text: value ?? "",
    variables: [{ name, from: value === undefined ? "unset" : "given", value: "", required }],
  };
}

/** Its default is never written down, but tells which other texts hold the same secret. */
function secret(name: string, operator: string, rest: string): Omit<Interpolated, "problem"> {
  const fallback = operator.endsWith("-") && !rest.includes("$") ? rest : "";
  return { text: marker(name), variables: [{ name, from: "secret", value: fallback, required: null }] };
}

/** Offset behind the brace that closes the one before `start`. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text.startsWith("${", i)) depth++;
    else if (text[i] === "}") depth--;
    if (depth === 0) return i + 1;
  }
  return -1;
}
