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
      const spans = splitText(text, { maxLength, overlap });
      assert.equal(spans[0]?.start ?? 0, 0);
      assert.equal(spans.at(-1)?.end ?? 0, text.length);
      for (const [index, { start, end }] of spans.entries()) {
        const passage = text.slice(start, end);
        assert.ok(end > start && end - start <= maxLength, `${start}–${end}`);
        assert.doesNotMatch(passage, /[\ud800-\udfff]/u, "half a character");
        const before = spans[index - 1];
        if (before === undefined) continue;
        assert.ok(start <= before.end, "a gap");
        // One unit more where the cut would have been inside of a character.
        assert.ok(before.end - start <= overlap + 1, "more overlap than asked for");
        assert.ok(start > before.start && end > before.end, "no progress");
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a cut is at a paragraph, else a sentence, else a word", () => {
  const cut = (text: string, overlap = 0) =>
    splitText(text, { maxLength: 30, overlap }).map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(cut("The first one. It ends.\n\nThe second. It ends."), [
    "The first one. It ends.\n\n",
    "The second. It ends.",
  ]);
  assert.deepEqual(cut("One sentence is here. Another is there."), ["One sentence is here. ", "Another is there."]);
  assert.deepEqual(cut("words that have no end whatsoever in here"), ["words that have no end ", "whatsoever in here"]);
  assert.deepEqual(cut("x".repeat(70)), ["x".repeat(30), "x".repeat(30), "x".repeat(10)]);
  assert.deepEqual(cut("words that have no end whatsoever in here", 12), [
    "words that have no end ",
    "have no end whatsoever in here",
  ]);
  assert.deepEqual(cut("short"), ["short"]);
  assert.deepEqual(cut(""), []);
});
