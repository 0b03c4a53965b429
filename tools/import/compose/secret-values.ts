import { type Variable, marker, markersIn } from "./interpolate.ts";
import { type ComposeNode, at, itemsOf, textOf } from "./node.ts";
import { isSecret, passwordInUrl } from "./secrets.ts";
import { type Files, type Written, variablesOf } from "./variables.ts";
import { wordsOf } from "./words.ts";

// A secret is known by its value, or by the marker of the variable that it comes from: one that two services share is
// one key of one Secret, so that a database and its client still agree when the value is another one.

/** A secret inside a text, with the text that stands before and behind it. */
export interface Secret {
  readonly identity: string;
  readonly before: string;
  readonly behind: string;
}

/** The secret that a variable's value is; null where it is none, or only holds some. */
export function wholeSecret({ name, value }: Pick<Written, "name" | "value">): string | null {
  const [only] = markersIn(value);
  if (only !== undefined) return value === marker(only) ? value : null;
  return isSecret(name, value) ? value : null;
}

/** The secrets inside a text that is not one itself. */
export function secretsWithin(text: string): readonly string[] {
  const markers = markersIn(text).map(marker);
  if (markers.length > 0) return markers;
  const url = passwordInUrl(text);
  return url ? [url[1]] : [];
}

export interface SecretWord {
  readonly place: number;
  /** What stands before the value in the same word. */
  readonly before: string;
  readonly name: string;
  readonly value: string;
}

/** Values in a command that are secrets by their flag: `--password=x`, or `--password x`. */
export function secretWords(words: readonly string[]): readonly SecretWord[] {
  return words.flatMap((word, place): SecretWord[] => {
    if (word.includes("\ufdd0")) return [];
    const [, flag = "", name = "", value = ""] = /^(-{0,2}([\w.-]+)=)([^]*)$/.exec(word) ?? [];
    if (flag !== "" && isSecret(variable(name), value)) return [{ place, before: flag, name: variable(name), value }];
    const [, before = ""] = /^--?([\w.-]+)$/.exec(words[place - 1] ?? "") ?? [];
    const isValue = before !== "" && !word.startsWith("-") && isSecret(variable(before), word);
    return isValue ? [{ place, before: "", name: variable(before), value: word }] : [];
  });
}

/** `--requirepass` as a variable. */
function variable(flag: string): string {
  return flag.replaceAll(/[.-]/g, "_").toUpperCase();
}

/** Every word that a service's command and health check hold. */
export function wordsIn(node: ComposeNode): { readonly commands: readonly string[]; readonly test: readonly string[] } {
  const commands = ["entrypoint", "command"].flatMap((key) => {
    const written = at(node, key);
    return written ? (wordsOf(written) ?? []) : [];
  });
  return { commands, test: itemsOf(at(node, "healthcheck", "test")).map((item) => textOf(item) ?? "") };
}

export type Holders = ReadonlyMap<string, string>;

/** Values, and markers of variables, → the first variable of that value: two of one value must stay alike. */
export function holdersOf(values: ReadonlyMap<string, string>, variables: readonly Variable[]): Holders {
  const used = variables.flatMap(({ from, value, name }) =>
    from === "secret" ? [[name, values.get(name) ?? value] as const] : [],
  );
  const given = [...values].filter(([name, value]) => isSecret(name, value));
  const all = [...used, ...given].filter(([, value]) => value !== "");
  const first = new Map(all.toReversed().map(([name, value]) => [value, name]));
  return new Map([...first, ...all.map(([name, value]) => [marker(name), first.get(value) ?? name] as const)]);
}

/** The one name of a secret: of a value that stands in several places, and of the variable that holds it. */
export function canonical(identity: string, holders: Holders): string {
  const holder = holders.get(identity);
  return holder === undefined ? identity : marker(holder);
}

/** What is known of every secret of a project. */
export interface Known {
  readonly secretKeys: ReadonlyMap<string, string>;
  readonly holders: Holders;
}

/** The key of the Secret that holds a value, a variable's marker, or a value inside a marker. */
export function keyOf(identity: string, { secretKeys, holders }: Known): string {
  const [inside] = markersIn(identity);
  const one = canonical(inside !== undefined && secretKeys.has(inside) ? inside : identity, holders);
  return secretKeys.get(one) ?? markersIn(one)[0] ?? "value";
}

/**
 * A text without the values that are known to be secrets: markers take their place. A word such as `postgres`, which is
 * as often a user's name, stays.
 */
export function hidden(text: string, { secretKeys, holders }: Known): string {
  const known = [...secretKeys.keys(), ...holders.keys()].filter((value) => isTelling(value) && text.includes(value));
  return [...new Set(known)]
    .toSorted((a, b) => b.length - a.length)
    .reduce((result, value) => replaceOutside(result, value, marker(holders.get(value) ?? value)), text);
}

function isTelling(value: string): boolean {
  return value.length >= 6 && markersIn(value).length === 0 && !/^[a-z]+$/i.test(value);
}

/** Not within what a marker has taken already. */
function replaceOutside(text: string, value: string, by: string): string {
  return text
    .split(/(\ufdd0[^\ufdd0]*\ufdd0)/)
    .map((piece) => (piece.startsWith("\ufdd0") ? piece : piece.replaceAll(value, () => by)))
    .join("");
}

/** Which key of the Secret holds which secret, for all services together. */
export function secretKeysOf(
  services: readonly { readonly name: string; readonly node: ComposeNode }[],
  files: Files,
  holders: Holders,
): ReadonlyMap<string, string> {
  const all = services.map(({ name, node }) => ({ service: name, node, ...variablesOf(node, files) }));
  const keys = new Map<string, string>();
  const add = (written: string, name: string, service: string): void => {
    const identity = canonical(written, holders);
    if (keys.has(identity)) return;
    const wanted = markersIn(identity)[0] ?? name.replaceAll(/[^-._a-zA-Z0-9]/g, "_");
    const isTaken = [...keys.values()].includes(wanted);
    keys.set(identity, isTaken ? `${service}.${wanted}` : wanted);
  };
  for (const { service, written } of all)
    for (const one of written) {
      const whole = wholeSecret(one);
      if (whole !== null) add(whole, one.name, service);
    }
  for (const { service, written, node } of all) {
    for (const { name, value } of written.filter((one) => wholeSecret(one) === null))
      for (const identity of secretsWithin(value)) add(identity, `${name}_PASSWORD`, service);
    const { commands, test } = wordsIn(node);
    for (const identity of [...commands, ...test].flatMap(markersIn)) add(marker(identity), identity, service);
    for (const { name, value } of secretWords(commands)) add(value, name, service);
  }
  return keys;
}
