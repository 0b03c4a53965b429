import type { JsonObject } from "../../../lib/merge.ts";
import { type Entry, type Part, carried, lost } from "../entry.ts";
import { type ComposeNode, at, flagOf, itemsOf, textOf } from "../node.ts";
import { type Context, placeOf } from "../project.ts";
import { wordsOf } from "../words.ts";
import { part } from "./part.ts";

interface Rule {
  readonly rule: (JsonObject & { readonly path: string }) | null;
  readonly entries: readonly Entry[];
}

/** `develop.watch`: the registry has Compose's words. There the first rule counts, so what lies deeper comes first. */
export function develop(context: Context): Part {
  const rules = itemsOf(at(context.node, "develop", "watch")).map((item) => watchRule(item, context));
  const watch = rules.flatMap(({ rule }) => rule ?? []).toSorted((a, b) => depthOf(b.path) - depthOf(a.path));
  return part(
    watch.length === 0 ? {} : { develop: { watch } },
    rules.flatMap(({ entries }) => entries),
  );
}

function depthOf(path: string): number {
  return path === "." ? 0 : path.split("/").length;
}

function watchRule(item: ComposeNode, context: Context): Rule {
  const written = at(item, "path");
  const { relative: path } = placeOf(context.project, written ?? item, textOf(written) ?? ".");
  const action = textOf(at(item, "action")) ?? "rebuild";
  const copied = action.startsWith("sync") ? copiedPart(item) : {};
  const exec = action === "sync+exec" ? execOf(item) : {};
  const why =
    path === null
      ? "the loop watches nothing outside of the folder of services.json"
      : copied === null || exec === null
        ? `it does not say all that ${action} needs`
        : null;
  if (path === null || why !== null)
    return { rule: null, entries: [lost(item, why ?? "", "write develop.watch by hand")] };
  const rule = { action, path, ...copied, ...patterns(item, "include"), ...patterns(item, "ignore"), ...exec };
  return { rule, entries: entriesOf(item) };
}

const FIELDS: readonly (readonly [to: string, ...keys: string[]])[] = [
  ["action", "action"],
  ["path", "path"],
  ["target", "target"],
  ["include", "include"],
  ["ignore", "ignore"],
  ["initialSync", "initial_sync"],
  ["exec.command", "exec", "command"],
  ["exec.workingDir", "exec", "working_dir"],
];

function entriesOf(item: ComposeNode): readonly Entry[] {
  return FIELDS.flatMap(([to, ...keys]) => {
    const node = at(item, ...keys);
    return node ? [carried(node, `develop.watch.${to}`)] : [];
  });
}

function copiedPart(item: ComposeNode): JsonObject | null {
  const target = textOf(at(item, "target"));
  if (target?.startsWith("/") !== true) return null;
  return { target, ...(flagOf(at(item, "initial_sync")) === true && { initialSync: true }) };
}

function patterns(item: ComposeNode, key: "include" | "ignore"): JsonObject {
  const found = itemsOf(at(item, key)).flatMap((node) => textOf(node) ?? []);
  return found.length === 0 ? {} : { [key]: found };
}

function execOf(item: ComposeNode): JsonObject | null {
  const command = at(item, "exec", "command");
  const words = command ? wordsOf(command) : null;
  if (words === null || words.length === 0) return null;
  const workingDir = textOf(at(item, "exec", "working_dir"));
  return { exec: { command: [...words], ...(workingDir?.startsWith("/") === true && { workingDir }) } };
}
