import { interpolate } from "./interpolate.ts";

const LINE =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*(?:[=:][ \t]*('[^']*'|"(?:\\.|[^"\\])*"|[^\r\n]*?))?(?:[ \t]+#.*)?[ \t]*$/gm;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * A file of NAME=value lines as Compose reads it: comments, `export`, quotes over several lines; `${X}` within the file
 * and `known`. A name without a value is null: whoever reads the file decides.
 */
export function parseDotenv(
  text: string,
  known: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const [line, name = "", written] of text.replaceAll("\r\n", "\n").matchAll(LINE)) {
    if (line.trimStart().startsWith("#")) continue;
    const seen = [...found].flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
    found.set(name, written === undefined ? null : unquoted(written.trim(), new Map([...known, ...seen])));
  }
  return found;
}

function unquoted(written: string, known: ReadonlyMap<string, string>): string {
  if (/^'[^']*'$/.test(written)) return written.slice(1, -1);
  const isQuoted = written.length > 1 && written.startsWith('"') && written.endsWith('"');
  const text = isQuoted
    ? written
        .slice(1, -1)
        .replaceAll(/\\(.)/g, (whole, char: string) => ESCAPES[char] ?? (/["\\$]/.test(char) ? char : whole))
    : written;
  return interpolate(text, known).text;
}
