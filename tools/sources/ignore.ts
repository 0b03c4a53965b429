import { join, posix } from "node:path";
import dockerignore from "@balena/dockerignore";
import { readText } from "../lib/files.ts";

/** What a .dockerignore leaves out of a build context. Paths are relative to the context, with forward slashes. */
export interface Ignore {
  ignores(path: string): boolean;
  /** Whether a rule could leave out what has this name, in a folder that is not left out itself: quicker to ask. */
  mayIgnore(name: string): boolean;
  /** Whether nothing inside a folder can be part of the context, so that nobody has to look. */
  skipsFolder(path: string): boolean;
}

/**
 * The rules for a context: those of `<Dockerfile>.dockerignore` when there is one, else of `.dockerignore`.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export async function readIgnore(context: string, dockerfile: string): Promise<Ignore> {
  const own = await readText(join(context, `${dockerfile}.dockerignore`));
  return ignoreOf(own ?? (await readText(join(context, ".dockerignore"))) ?? "");
}

export function ignoreOf(text: string): Ignore {
  const rules = dockerignore.default({ ignorecase: false }).add(text.replace(/^\uFEFF/, ""));
  const exceptions = exceptionsOf(text);
  const patterns = patternsOf(text);
  const candidate = matching(patterns, "(?:/|$)");
  const last = matching(patterns.map(lastSegment), "$");
  // Docker asks for as many of a path's first folders as an exception has: what `!**/a` takes back in, it does not below.
  const isAnyDepth = exceptions.flat().some((segment) => segment.includes("**"));
  const ignores = (path: string): boolean => candidate.test(path) && rules.ignores(path);
  return {
    ignores,
    mayIgnore: (name) => isAnyDepth || last.test(name),
    skipsFolder: (path) => ignores(path) && !exceptions.some((pattern) => mayMatchBelow(pattern, path.split("/"))),
  };
}

/** The patterns of all rules that leave something out. */
function patternsOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*$|^#|^\s*!/.test(line));
  return lines.map((line) => posix.normalize(line.trim()).replace(/^\/|\/$/g, ""));
}

/**
 * Matches every path that a rule could leave out, and a few more: one expression for all rules, as asking them one by one
 * takes longer than reading the stat of a file does, and most files are left out by none.
 */
function matching(patterns: readonly string[], end: string): RegExp {
  if (patterns.some((pattern) => /[[\]\\]/.test(pattern))) return /^/;
  return new RegExp(`^(?:${["(?!)", ...patterns.map(sourceOf)].join("|")})${end}`, "s");
}

/** What the name has to match of a path that a pattern matches while it matches nothing above. In `a**b` a star may be a slash. */
function lastSegment(pattern: string): string {
  return /[^/]\*\*|\*\*[^/]/.test(pattern) ? "**" : pattern.slice(pattern.lastIndexOf("/") + 1);
}

function sourceOf(pattern: string): string {
  const escaped = pattern.replaceAll(/[.+^${}()|]/g, String.raw`\$&`);
  const wild = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" } as const;
  return escaped.replaceAll(/\*\*\/|\*\*|\*|\?/g, (found) => wild[found as keyof typeof wild]);
}

/** The segments of every pattern that takes something back in. */
function exceptionsOf(text: string): string[][] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line.startsWith("!"))
    .map((line) =>
      line
        .slice(1)
        .trim()
        .replace(/^\.?\//, "")
        .split("/"),
    );
}

/** Whether a pattern could match something inside a folder: as far as both go, their segments agree. */
function mayMatchBelow(pattern: readonly string[], folder: readonly string[]): boolean {
  for (const [i, segment] of folder.entries()) {
    const wanted = pattern[i];
    // The pattern names a folder above this one: everything below it comes back in.
    if (wanted === undefined || wanted.includes("**")) return true;
    if (!segmentMatches(wanted, segment)) return false;
  }
  return true;
}

/** Anything but plain text, `*` and `?` is taken for a match: looking in vain costs little, missing a file breaks a build. */
function segmentMatches(pattern: string, segment: string): boolean {
  if (/[[\]\\]/.test(pattern)) return true;
  const source = pattern
    .replaceAll(/[.+^${}()|]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(segment);
}
