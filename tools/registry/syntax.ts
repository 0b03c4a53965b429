import { type ParseError, type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser";
import type { Finding } from "../lib/errors.ts";

/** Offset in a text → `file:line:column`. */
export type Position = (offset: number) => string;

// Far above any registry, and far below what recursion can bear.
const MAX_DEPTH = 200;

// What follows the first errors is mostly their consequence; a file of nonsense has millions.
const MAX_LINES = 20;
const MAX_ERRORS = 1000;

/** Why a text is no strict JSON (no comments, no trailing commas), or is nested too deep; nothing when it is neither. */
export function syntaxFindings(text: string, at: Position): Finding[] {
  if (text.trim() === "")
    return [told(at(0), "the file is empty", "write JSON into it: README.md shows the smallest services.json")];
  const problem = jsonProblem(text);
  if (problem === null) return depthOf(text) > MAX_DEPTH ? [tooDeep(at)] : [];
  const errors = firstErrors(text);
  if (errors === null) return [tooDeep(at)];
  const findings = errors.map(({ error, offset }) => notJson(at(offset), wordsOf(error)));
  const line = ({ where }: Finding): string => where.replace(/:\d+$/, "");
  const first = findings.filter((one, i) => i === 0 || line(one) !== line(findings[i - 1] ?? one));
  return first.length > 0 ? first.slice(0, MAX_LINES) : [notJson(at(0), problem)];
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Null when the brackets are nested so deep that the parser gives up. */
function firstErrors(text: string): Pick<ParseError, "error" | "offset">[] | null {
  const errors: Pick<ParseError, "error" | "offset">[] = [];
  const enough = new Error("enough");
  const onError = (error: ParseErrorCode, offset: number): void => {
    errors.push({ error, offset });
    if (errors.length === MAX_ERRORS) throw enough;
  };
  try {
    visit(text, { onError }, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof RangeError) return null;
    if (error !== enough) throw error;
  }
  return errors;
}

/** How deep the brackets of a JSON text are nested. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isText && char === "\\") i++;
    else if (char === '"') isText = !isText;
    else if (!isText && (char === "[" || char === "{")) deepest = Math.max(deepest, ++depth);
    else if (!isText && (char === "]" || char === "}")) depth--;
  }
  return deepest;
}

function tooDeep(at: Position): Finding {
  return told(
    at(0),
    `it is nested more than ${MAX_DEPTH} levels deep`,
    "write what README.md shows: nothing of it is nested that deep",
  );
}

function notJson(where: string, problem: string): Finding {
  const fix = "write plain JSON: double quotes, no comments, no comma after the last entry";
  return told(where, `not JSON: ${problem}`, fix);
}

function told(where: string, message: string, fix: string): Finding {
  return { code: "REGISTRY_SYNTAX", severity: "error", where, message, fix };
}

function wordsOf(error: ParseErrorCode): string {
  return printParseErrorCode(error)
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}
