type Attributes = Readonly<Record<string, string | number | null>>;

/** An element; attributes that are null are left out. Children are XML already: texts among them went through `escaped`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null ? [] : ` ${key}="${typeof value === "number" ? rounded(value) : escaped(value)}"`,
  );
  const start = `<${name}${written.join("")}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join("")}</${name}>`;
}

/** Text that XML takes for nothing but text; what XML 1.0 cannot carry at all becomes U+FFFD. */
export function escaped(text: string): string {
  return text
    .replaceAll(UNCARRIED, "\ufffd")
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
}

/** At most two decimals, and never `-0`: the same text wherever it is computed. */
export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

// https://www.w3.org/TR/xml/#charsets
// oxlint-disable-next-line no-control-regex
const UNCARRIED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
