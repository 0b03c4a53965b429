import { type Entry, type Part, type Told, carried } from "../entry.ts";
import { marker, markersIn, replaceMarkers } from "../interpolate.ts";
import { at, itemsOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { hosted } from "../references.ts";
import { hidden, keyOf, secretWords, secretsWithin, wholeSecret, wordsIn } from "../secret-values.ts";
import { passwordInUrl } from "../secrets.ts";
import { type Written, variablesOf } from "../variables.ts";
import { verbatim } from "../words.ts";
import { part } from "./part.ts";

type Value = string | { readonly secret: string; readonly key: string };

/** Variables, those of files first; what is a secret names a key of a Secret instead. */
export function environment(context: Context): Part {
  const { written, problems } = variablesOf(context.node, context.project);
  const added = secretsRead(context).map((identity): [string, Value] => [
    variableOf(identity, context),
    { secret: context.project.secret, key: keyOf(identity, context.project) },
  ]);
  const own = written.map((one): [string, Value] => [one.name, valueOf(one, context)]);
  const env = Object.fromEntries([...added, ...own]);
  const entries = [
    ...problems,
    ...written
      .filter(({ isOfFile }) => !isOfFile)
      .map((one) => carried(one.node, `env.${one.name}`, toldOf(one, context))),
    ...fileEntries(written, context),
  ];
  return part(Object.keys(env).length === 0 ? {} : { env }, entries, secretsOf(context));
}

/** The variable by which a service reads a secret: one that it has already, or one of the key's own name. */
export function variableOf(identity: string, context: Context): string {
  const key = keyOf(identity, context.project);
  const { written } = variablesOf(context.node, context.project);
  const has = written.find((one) => {
    const whole = wholeSecret(one);
    return whole !== null && keyOf(whole, context.project) === key;
  });
  if (has) return has.name;
  const name = key.replaceAll(/[^A-Za-z0-9_]/g, "_");
  return written.some((one) => one.name === name) ? `${name}_SECRET` : name;
}

/** Arguments whose value is a secret, by their place, with a variable in its stead. */
export function secretArguments(words: readonly string[], context: Context): ReadonlyMap<number, string> {
  return new Map(
    secretWords(words).map(({ place, before, value }) => [
      place,
      `${verbatim(before)}$(${variableOf(value, context)})`,
    ]),
  );
}

function valueOf(one: Written, context: Context): Value {
  const whole = wholeSecret(one);
  if (whole !== null) return { secret: context.project.secret, key: keyOf(whole, context.project) };
  const url = markersIn(one.value).length === 0 ? passwordInUrl(one.value) : null;
  // The password of a URL is hidden from what follows as if it had been a variable.
  const text = url ? `${url[0]}${marker(url[1])}${url[2]}` : hidden(one.value, context.project);
  const result = hosted(one.name, verbatim(text), context);
  return replaceMarkers(result, (name) => `$(${variableOf(url ? url[1] : marker(name), context)})`);
}

/** Secrets that are only part of something: Kubernetes puts them in from a variable of their own. */
function secretsRead(context: Context): readonly string[] {
  const { written } = variablesOf(context.node, context.project);
  const { commands, test } = wordsIn(context.node);
  const inVariables = written
    .filter((one) => wholeSecret(one) === null)
    .flatMap(({ value }) => secretsWithin(hidden(value, context.project)));
  const inWords = [...commands, ...test].flatMap((word) => markersIn(hidden(word, context.project))).map(marker);
  const all = [...inVariables, ...inWords, ...secretWords(commands).map(({ value }) => value)];
  // What a variable of the service holds whole needs no other.
  const held = new Set(
    written.flatMap((one) => wholeSecret(one) ?? []).map((identity) => keyOf(identity, context.project)),
  );
  return [...new Set(all)].filter((identity) => !held.has(keyOf(identity, context.project)));
}

function secretsOf(context: Context): Part["registry"] {
  const { written } = variablesOf(context.node, context.project);
  const whole = written.flatMap((one) => wholeSecret(one) ?? []);
  const keys = [...new Set([...whole, ...secretsRead(context)].map((identity) => keyOf(identity, context.project)))];
  if (keys.length === 0) return {};
  const description = "What the Compose files' variables held that looks like a secret.";
  return {
    secrets: { [context.project.secret]: { description, keys: Object.fromEntries(keys.map((key) => [key, {}])) } },
  };
}

function toldOf(one: Written, context: Context): Told | null {
  const whole = wholeSecret(one);
  const held = whole === null ? secretsWithin(hidden(one.value, context.project)) : [whole];
  if (held.length === 0) return null;
  const keys = held.map((identity) => keyOf(identity, context.project)).join(", ");
  return told(
    `${one.name} ${whole === null ? "holds" : "is"} a secret: it is read from ${context.project.secret}/${keys}`,
    context,
  );
}

function told(message: string, { project }: Context): Told {
  const fix = `npm run secrets -- local makes a random one for this machine; elsewhere create the Secret ${project.secret}`;
  return { code: "COMPOSE_SECRET", message, fix };
}

function fileEntries(written: readonly Written[], context: Context): readonly Entry[] {
  return itemsOf(at(context.node, "env_file")).flatMap((file): Entry[] => {
    const own = written.filter((one) => one.isOfFile && one.node === file);
    const secret = own.filter((one) => toldOf(one, context) !== null).map(({ name }) => name);
    const path = textOf(file) ?? textOf(at(file, "path"));
    const message = `${path} holds secrets, which are read from ${context.project.secret}: ${secret.join(", ")}`;
    if (own.length === 0) return [];
    return [carried(file, `env (${own.length} of ${path})`, secret.length === 0 ? null : told(message, context))];
  });
}
