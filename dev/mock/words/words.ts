// What a text is about, for the mock: its words, lower-cased, without accents and endings. Everything that compares
// texts (embeddings, passages, the choice of a tool) compares these.

/** All words, stemmed, in order, repetitions included. */
export function stemsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return (plain.match(wordPattern) ?? []).map(stem);
}

/** The words that carry meaning, once each. */
export function topicsOf(text: string): Set<string> {
  return new Set(stemsOf(text).filter((word) => !isCommon(word)));
}

/** `get_weatherForecast` has the words get, weather, forecast. */
export function spacedName(name: string): string {
  return name.replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").replace(/[_\-./]+/g, " ");
}

export function isCommon(word: string): boolean {
  return commonWords.has(word);
}

export function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((word) => b.has(word)).length;
}

// Scripts without spaces count by character.
const unspaced = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]";
const wordPattern = new RegExp(`${unspaced}|(?:(?!${unspaced})[\\p{L}\\p{N}])+`, "gu");

/** Light: plurals, -ing, -ed and -ly of English, and nothing that leaves fewer than three letters. */
function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const singular = word.endsWith("ss") ? word : word.replace(/ies$/, "y").replace(/(?<=..[^u])s$/, "");
  const bare = singular.replace(/(?<=[a-z]{3})(?:ing|ed|ly)$/, "").replace(/([bdfgklmnprt])\1$/, "$1");
  return bare.length > 4 ? bare.replace(/e$/, "") : bare;
}

const commonWords = new Set(
  stemsOf(
    `a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further get give had has have having he her here hers him
    his how i if in into is it its itself just let me more most my no nor not now of off on once only or other our ours
    out over own please same she should so some such tell than that the their theirs them then there these they this
    those through to too under until up use used using very want was we were what when where which while who whom whose
    why will with would you your yours`,
  ),
);
