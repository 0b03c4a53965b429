import { createTwoFilesPatch, diffLines } from "diff";

/** The nearest of `known` to what was written, when it is near enough to be a slip of the hand. */
export function didYouMean(written: string, known: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(written.length / 3));
  let best: { readonly word: string; readonly distance: number } | null = null;
  for (const word of known) {
    const distance = editDistance(written.toLowerCase(), word.toLowerCase());
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

/** Levenshtein distance, one row at a time; two neighbours that changed places are one slip. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution, swap));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
