import { type Entry, type Part, carried, lost } from "../entry.ts";
import { markersIn } from "../interpolate.ts";
import { type ComposeNode, at, itemsOf, pairsOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { hosted } from "../references.ts";
import { hidden } from "../secret-values.ts";
import { isSecret } from "../secrets.ts";
import { verbatim, wordsOf } from "../words.ts";
import { annotations } from "./deploy.ts";
import { part, together } from "./part.ts";

/** What runs around a container's life, and what is written on it. */
export function hooks(context: Context): Part {
  const { node } = context;
  return together([
    lifecycle(itemsOf(at(node, "post_start")), "postStart", context),
    lifecycle(itemsOf(at(node, "pre_stop")), "preStop", context),
    initContainers(context),
    annotations(at(node, "labels"), "podAnnotations"),
    annotations(at(node, "annotations"), "podAnnotations"),
  ]);
}

/** Kubernetes has one hook of each kind; a shell runs several after each other. */
function lifecycle(items: readonly ComposeNode[], field: "postStart" | "preStop", context: Context): Part {
  const commands = items.map((item) => ({ item, node: at(item, "command"), words: wordsIn(item, context) }));
  const right = commands.flatMap(({ words }) => (words === null ? [] : [words]));
  const entries = commands.map(({ item, node, words }) =>
    node && words !== null
      ? carried(node, `lifecycle.${field}`)
      : lost(item, "it has no command that Kubernetes can run", `write lifecycle.${field}`),
  );
  const [first] = right;
  if (first === undefined) return part({}, entries);
  const command = right.length === 1 ? first : ["/bin/sh", "-ec", right.map(inShell).join("\n")];
  return part({ lifecycle: { [field]: { exec: { command } } } }, entries);
}

function wordsIn(item: ComposeNode, { project }: Context): readonly string[] | null {
  const command = at(item, "command");
  const words = command ? wordsOf(command) : null;
  return words === null || words.length === 0 || words.some((word) => markersIn(hidden(word, project)).length > 0)
    ? null
    : words;
}

function inShell(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** `pre_start`: containers that run to their end before the service starts. */
function initContainers(context: Context): Part {
  const items = itemsOf(at(context.node, "pre_start"));
  const made = items.map((item, i) => initContainer(item, i, context));
  const containers = made.flatMap(({ container }) => container);
  const entries = made.flatMap(({ entries: own }) => own);
  return part(containers.length === 0 ? {} : { initContainers: containers }, entries);
}

function initContainer(item: ComposeNode, i: number, context: Context): { container: object[]; entries: Entry[] } {
  const name = `pre-start-${i + 1}`;
  const words = (key: string): readonly string[] | null => {
    const node = at(item, key);
    return node ? (wordsOf(node)?.map(verbatim) ?? null) : null;
  };
  const [entrypoint, command] = [words("entrypoint"), words("command")];
  const image = textOf(at(item, "image"));
  const workingDir = textOf(at(item, "working_dir"));
  const variables = pairsOf(at(item, "environment"));
  const isPlain = (one: (typeof variables)[number]): boolean =>
    one.value !== null && !isSecret(one.name, one.value) && markersIn(one.value).length === 0;
  const env = variables.filter(isPlain).map((one) => [one.name, hosted(one.name, verbatim(one.value ?? ""), context)]);
  const container = {
    name,
    ...(image !== null && { image }),
    ...(entrypoint !== null && { command: entrypoint }),
    ...(command !== null && { args: command }),
    ...(workingDir !== null && { workingDir }),
    ...(env.length > 0 && { env: Object.fromEntries(env) }),
  };
  const fields = ["image", "entrypoint", "command", "working_dir", "per_replica"].flatMap((key) => at(item, key) ?? []);
  return {
    container: [container],
    entries: [
      ...fields.map((node) => carried(node, `initContainers.${name}`)),
      ...variables.map((one) =>
        isPlain(one)
          ? carried(one.node, `initContainers.${name}.env`)
          : lost(one.node, "a secret is not written down", `write initContainers.${name}.env with {secret, key}`),
      ),
    ],
  };
}
