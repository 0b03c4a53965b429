import { type ComposeNode, isList, itemsOf, textOf } from "./node.ts";

// A word is what stands between blanks: plain text, an escaped character, or something in quotes.
const WORD = /(?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')+/g;
const PIECE = /\\([^])|"((?:[^"\\]|\\[^])*)"|'([^']*)'/g;

/** A command in one text, split as a POSIX shell splits it, without expanding anything. Null where a quote has no end. */
export function splitWords(text: string): readonly string[] | null {
  if (text.replaceAll(WORD, "").trim() !== "") return null;
  return [...text.matchAll(WORD)].map(([word]) =>
    word.replaceAll(PIECE, (_, escaped?: string, double?: string, single?: string) => {
      if (escaped !== undefined) return escaped === "\n" ? "" : escaped;
      // Within double quotes a backslash is itself, but before what it can protect.
      return single ?? double?.replaceAll(/\\(["\\$`])|\\\n/g, "$1") ?? "";
    }),
  );
}

/**
 * A text that Kubernetes shall not expand: it takes `$(X)` for a variable and `$$` for one dollar.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (args, env.value)
 */
export function verbatim(text: string): string {
  return text.replaceAll(/\$+(\(?)/g, (run, bracket: string) => {
    const dollars = run.length - bracket.length;
    return bracket === "" && dollars === 1 ? run : `${"$".repeat(2 * dollars)}${bracket}`;
  });
}

/** Exec form as it is, one text split as Compose splits it: no shell is involved in either. */
export function wordsOf(node: ComposeNode): readonly string[] | null {
  if (isList(node.value)) return itemsOf(node).map((item) => textOf(item) ?? "");
  return splitWords(textOf(node) ?? "");
}
