import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitText } from "../../services/embedding/split.ts";

// Words, paragraphs, long words without a break, and characters of two units.
const piece = fc.oneof(
  fc.constantFrom(" ", "\n", "\n\n", ". ", "! ", "é", "😀", "\t"),
  fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
  fc.string({ minLength: 30, maxLength: 60, unit: fc.constantFrom("a", "ß", "𝄞") }),
);
const texts = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(""));
const sizes = fc.record({ maxLength: fc.integer({ min: 8, max: 200 }), overlap: fc.nat(90) });
const options = sizes.map(({ maxLength, overlap }) => ({
  maxLength,
  overlap: Math.min(overlap, maxLength / 2 - 1) | 0,
}));

test("passages cover the text, are bounded, overlap as said, and cut no character", () => {
  fc.assert(
    fc.property(texts, options, (text, { maxLength, overlap }) => {
      // Where the passages so far may end: a repeated letter leaves more than one place for the next.
      let ends = new Set([0]);
      for (const [index, passage] of splitText(text, maxLength, overlap).entries()) {
        const { length } = Array.from(passage);
        assert.ok(length > 0 && length <= maxLength, `${length} characters`);
        assert.doesNotMatch(passage, /[\ud800-\udfff]/u, "half a character");
        const starts = [...ends].flatMap((end) => startsOf(text, passage, end, index === 0 ? 0 : overlap));
        assert.ok(starts.length > 0, "a gap, or more overlap than asked for");
        ends = new Set(starts.map((start) => start + passage.length));
      }
      assert.ok(ends.has(text.length), "an end without a passage");
    }),
    { numRuns: 2_000 },
  );
});

test("a cut is at a paragraph, else a sentence, else a word", () => {
  const cut = (text: string, overlap = 0) => splitText(text, 30, overlap);
  assert.deepEqual(cut("The first one. It ends.\n\nThe second. It ends."), [
    "The first one. It ends.\n\n",
    "The second. It ends.",
  ]);
  assert.deepEqual(cut("One sentence is here. Another is there."), ["One sentence is here. ", "Another is there."]);
  assert.deepEqual(cut("words that have no end whatsoever in here"), ["words that have no end ", "whatsoever in here"]);
  assert.deepEqual(cut("x".repeat(70)), ["x".repeat(30), "x".repeat(30), "x".repeat(10)]);
  assert.deepEqual(cut("😀".repeat(40)), ["😀".repeat(30), "😀".repeat(10)]);
  assert.deepEqual(cut("words that have no end whatsoever in here", 12), [
    "words that have no end ",
    "have no end whatsoever in here",
  ]);
  assert.deepEqual(cut("short"), ["short"]);
  assert.deepEqual(cut(""), []);
});

test("two million characters take no longer than a request may, whatever they are", () => {
  for (const piece of ["a", " ", "\n", "\n\n", ". ", "word "]) {
    const startedAtMs = performance.now();
    const passages = splitText(piece.repeat(2_000_000 / piece.length), 1_200, 200);
    assert.ok(passages.length >= 1_600 && passages.length < 4_000, `${passages.length} passages`);
    assert.ok(performance.now() - startedAtMs < 5_000, `${performance.now() - startedAtMs} ms`);
  }
});

function startsOf(text: string, passage: string, end: number, overlap: number): number[] {
  const backs = Array.from({ length: Math.min(overlap, end) + 1 }, (_, back) => end - back);
  return backs.filter((start) => text.startsWith(passage, start));
}
