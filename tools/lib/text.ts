import { createTwoFilesPatch, diffLines } from "diff";

// A platform of thousands of services may misname each of them: beyond these, who is nearest is not worth the time.
const MAX_COMPARED = 1000;

/** The nearest of `known` to what was written, when it is near enough to be a slip of the hand. */
export function didYouMean(written: string, known: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(written.length / 3));
  let best: { readonly word: string; readonly distance: number } | null = null;
  let compared = 0;
  for (const word of known) {
    if (++compared > MAX_COMPARED) break;
    const distance = editDistance(written.toLowerCase(), word.toLowerCase(), limit);
    if (distance <= limit && (best === null || distance < best.distance)) best = { word, distance };
  }
  return best?.word ?? null;
}

/** `did you mean "port"?`, or what may stand here. */
export function suggestion(written: string, known: readonly string[]): string {
  const near = didYouMean(written, known);
  if (near !== null) return `did you mean "${near}"?`;
  return known.length === 0 ? "none is declared" : `known: ${listed(known)}`;
}

export function listed(words: readonly string[], most = 40): string {
  const shown = words.slice(0, most).join(", ");
  return words.length > most ? `${shown}, … (${words.length})` : shown;
}

/**
 * What of a text does not survive kustomize: it refuses some characters, silently makes blanks of the line ends that only
 * YAML 1.1 knows, and cannot read what it wrote itself where several lines begin with a tab. Null when all of it does.
 */
export function lostInKustomize(text: string): string | null {
  // oxlint-disable-next-line no-control-regex
  const [found] = /[\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffe\uffff]/u.exec(text) ?? [];
  if (found !== undefined) return `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^\t[^]*\n/.test(text) ? "a tab at the beginning of several lines" : null;
}

/** `1 file`, `2 files`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Unified diff as git prints it; `/dev/null` stands for a file that is not there. */
export function unifiedDiff(path: string, before: string | null, after: string | null): string {
  const patch = createTwoFilesPatch(
    before === null ? "/dev/null" : `a/${path}`,
    after === null ? "/dev/null" : `b/${path}`,
    before ?? "",
    after ?? "",
    undefined,
    undefined,
    { context: 3 },
  );
  return patch.replace(/^=+\n/, "");
}

/** The lines that only one of two texts has, in order: `- old`, `+ new`. */
export function lineChanges(before: string, after: string): string[] {
  return diffLines(before, after)
    .filter(({ added, removed }) => added || removed)
    .flatMap(({ added, value }) =>
      value
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => `${added ? "+" : "-"} ${line}`),
    );
}

/** Levenshtein distance; two neighbours that changed places are one slip. Beyond `limit` only that it is beyond. */
function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return Infinity;
  // Names of one platform mostly begin alike: what is the same at both ends costs nothing.
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return distanceOf(one.slice(start, one.length - end), other.slice(start, other.length - end), limit);
}

/** One row at a time. */
function distanceOf(a: string, b: string, limit: number): number {
  let [before, row, next] = [
    new Uint16Array(b.length + 1),
    new Uint16Array(b.length + 1),
    new Uint16Array(b.length + 1),
  ];
  for (let j = 0; j <= b.length; j++) row[j] = j;
  let least = 0;
  for (let i = 1; i <= a.length; i++) {
    const leastBefore = least;
    least = next[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? at(before, j - 2) + 1 : Infinity;
      next[j] = Math.min(at(row, j) + 1, at(next, j - 1) + 1, substitution, swap);
      least = Math.min(least, at(next, j));
    }
    // A swap reaches back two rows.
    if (Math.min(least, leastBefore) > limit) return Infinity;
    [before, row, next] = [row, next, before];
  }
  return at(row, b.length);
}

function at(row: Uint16Array, i: number): number {
  return row[i] ?? 0;
}
