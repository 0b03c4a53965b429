import { createHash } from "node:crypto";
import { isCommon, stemsOf } from "./words.ts";

/**
 * A unit vector of `dimensions` numbers in which texts that share words are near each other: each word adds its weight,
 * with a sign, at a few places that its hash names ("feature hashing"). Numbers are those of float32, as a server's are.
 * A text without words points the one way that a hash of nothing does.
 */
export function embed(text: string, dimensions: number): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(dimensions);
  for (const [word, weight] of weights(text)) add(sums, word, weight);
  if (sums.every((sum) => sum === 0)) add(sums, "", 1);
  const length = Math.hypot(...sums);
  return Float32Array.from(sums, (sum) => sum / length);
}

/** How OpenAI's API sends a vector as text: little-endian float32. */
export function base64Of(vector: Float32Array<ArrayBuffer>): string {
  return Buffer.from(vector.buffer).toString("base64");
}

const placesPerWord = 4;

function weights(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of stemsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].map(([word, count]) => [word, (isCommon(word) ? 0.1 : 1) * (1 + Math.log(count))]));
}

// Each place takes five bytes of the hash: four say where, one says the sign. No place twice, or signs could cancel.
function add(sums: Float64Array, word: string, weight: number): void {
  const hash = createHash("sha256").update(word).digest();
  const places = new Map<number, number>();
  for (let offset = 0; offset < placesPerWord * 5; offset += 5) {
    places.set(hash.readUInt32LE(offset) % sums.length, (hash[offset + 4] ?? 0) % 2 === 0 ? weight : -weight);
  }
  for (const [place, value] of places) sums[place] = (sums[place] ?? 0) + value;
}
