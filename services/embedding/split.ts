/** Where a passage lies in its text: from `start`, up to but without `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SplitOptions {
  /** No passage is longer. */
  readonly maxLength: number;
  /** A passage begins at most this far before the end of the one before it; less than half of `maxLength`. */
  readonly overlap: number;
}

/**
 * Cuts a text into passages that cover all of it, each longer than its overlaps. A passage ends, where it can, with a
 * paragraph, else a sentence, else a word; the next begins a little before that, with a word, so that what stands
 * at a cut can be found in one piece. Surrogate pairs stay whole.
 */
export function splitText(text: string, options: SplitOptions): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOf(text, start, options);
    spans.push({ start, end });
    start = end === text.length ? end : nextStart(text, start, end, options);
  }
  return spans;
}

// From the best place to end to the worst; each expression matches up to where the passage may end.
const breaks = [/\n\s*\n\s*/g, /[.!?…]["')\]»”]*\s+/g, /\s+/g];

function endOf(text: string, start: number, { maxLength }: SplitOptions): number {
  const last = start + maxLength;
  if (last >= text.length) return text.length;
  // Not before the middle, or a short paragraph would make a short passage of what could be a long one.
  const middle = start + Math.ceil(maxLength / 2);
  for (const expression of breaks) {
    const ends = [...text.slice(middle, last).matchAll(expression)].map((match) => match.index + match[0].length);
    const end = ends.at(-1);
    if (end !== undefined) return middle + end;
  }
  return wholeAt(text, last);
}

function nextStart(text: string, start: number, end: number, { overlap }: SplitOptions): number {
  const from = Math.max(end - overlap, start + 1);
  const word = /\s\S/.exec(text.slice(from - 1, end));
  if (word !== null) return from + word.index;
  const whole = wholeAt(text, from);
  return whole > start ? whole : end;
}

// A cut between the halves of a surrogate pair moves before them.
function wholeAt(text: string, index: number): number {
  const isInPair = /[\uD800-\uDBFF]/.test(text[index - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[index] ?? "");
  return isInPair ? index - 1 : index;
}
