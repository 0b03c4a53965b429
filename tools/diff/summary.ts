import { count, listed } from "../lib/text.ts";
import type { ObjectChange } from "./object-change.ts";
import type { EnvironmentDiff } from "./platform.ts";
import type { SecretChange } from "./secrets.ts";
import { named } from "./statements.ts";

const MAX_NAMES = 12;

/** What an environment's diff comes to: a line for its size, and one for each thing that a person must know. */
export function summaryLines({ type, changes, secrets, objects }: EnvironmentDiff): string[] {
  if (type === "unchanged") return ["unchanged"];
  if (type === "removed")
    return [`no longer in services.json: what it applied stays, ${count(changes.length, "object")}`];
  const needed = secrets.flatMap(neededText);
  const mustExist = needed.length === 0 ? [] : [`must exist first: ${needed.join(", ")}`];
  if (type === "added") return [`new: ${count(objects, "object")}`, ...mustExist];
  return [sizeText(changes), ...refusedText(changes), ...podTexts(changes), ...mustExist, ...unread(secrets)];
}

function sizeText(changes: readonly ObjectChange[]): string {
  const words = { changed: "changed", added: "added", removed: "removed", replaced: "replaced" } as const;
  const parts = Object.entries(words).flatMap(([type, word]) => {
    const number = changes.filter((change) => change.type === type).length;
    return number === 0 ? [] : [`${number} ${word}`];
  });
  return parts.length === 0 ? "no object changes" : `objects: ${parts.join(", ")}`;
}

function refusedText(changes: readonly ObjectChange[]): string[] {
  const refused = changes.filter((change) => change.refused.length > 0).map(titleOf);
  return refused.length === 0 ? [] : [`REFUSED by the API: ${listed(refused, MAX_NAMES)}`];
}

function podTexts(changes: readonly ObjectChange[]): string[] {
  // What is refused changes no pod.
  const told = changes.filter(({ refused }) => refused.length === 0);
  const of = (type: string, text: (change: ObjectChange) => string): string[] =>
    told.filter(({ pods }) => pods?.type === type).map(text);
  const counted = ({ object, pods }: ObjectChange): string => `${object.name} (${pods?.count})`;
  const lines: [string, string[]][] = [
    ["pods restart", of("restart", counted)],
    ["pods start", of("start", counted)],
    ["scales", of("scale", counted)],
    ["runs", of("run", ({ object }) => named(object).name)],
    ["runs again", of("run again", ({ object }) => named(object).name)],
  ];
  return lines.flatMap(([label, texts]) => (texts.length === 0 ? [] : [`${label}: ${listed(texts, MAX_NAMES)}`]));
}

function titleOf({ object }: ObjectChange): string {
  return `${object.kind}/${object.name}`;
}

function neededText({ type, namespace, name, added, isGenerated }: SecretChange): string[] {
  if (type === "removed" || added.length === 0) return [];
  const how = isGenerated ? ", made by npm run secrets" : "";
  return [`Secret ${namespace}/${name} (${type === "changed" ? "new key " : ""}${added.join(", ")}${how})`];
}

function unread(secrets: readonly SecretChange[]): string[] {
  const gone = secrets.flatMap(({ type, namespace, name, removed }) =>
    removed.length > 0 ? [`${namespace}/${name}${type === "removed" ? "" : ` (${removed.join(", ")})`}`] : [],
  );
  return gone.length === 0 ? [] : [`no longer read: Secret ${gone.join(", ")}`];
}
