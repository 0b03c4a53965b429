import { type Part, carried, lost } from "../entry.ts";
import { markersIn } from "../interpolate.ts";
import { type ComposeNode, at, isMapping, pairsOf, textOf } from "../node.ts";
import { type Context, placeOf } from "../project.ts";
import { isSecret } from "../secrets.ts";
import { buildAccess } from "./build-access.ts";
import { part, together } from "./part.ts";

/** How the image is built. Keys that nothing takes over are told by the table of keys. */
export function build(context: Context): Part {
  const node = at(context.node, "build");
  if (!node) return part({}, []);
  const written = isMapping(node.value) ? at(node, "context") : node;
  const text = textOf(written) ?? ".";
  const place = placeOf(context.project, written ?? node, text);
  const why = /^([a-z]+:\/\/|git@)/.test(text)
    ? "sources elsewhere"
    : place.relative === null
      ? "a folder outside of that of services.json"
      : null;
  if (why !== null)
    return part({}, [lost(node, `the loop builds no ${why}`, "copy the sources below it, or write only the image")]);
  const own = part({ build: { context: place.relative } }, written ? [carried(written, "build.context")] : []);
  return together([
    own,
    plain(node, "dockerfile"),
    plain(node, "target"),
    args(at(node, "args"), context),
    contexts(node, context),
    buildAccess(node, context),
  ]);
}

function plain(node: ComposeNode, key: "dockerfile" | "target"): Part {
  const written = at(node, key);
  const text = textOf(written);
  if (!written || text === null) return part({}, []);
  return part({ build: { [key]: text } }, [carried(written, `build.${key}`)]);
}

function args(node: ComposeNode | undefined, { project }: Context): Part {
  const found = pairsOf(node).map(({ name, value, node: item }) => {
    const given = value ?? project.values.get(name);
    if (given === undefined)
      return { entry: lost(item, `${name} has no value here`, `write build.args.${name}`), pair: [] };
    if (markersIn(given).length > 0 || isSecret(name, given))
      return {
        entry: lost(item, `${name} is a secret, which an image must not hold`, "let the program read it when it runs"),
        pair: [],
      };
    return { entry: carried(item, `build.args.${name}`), pair: [[name, given] as const] };
  });
  const pairs = found.flatMap(({ pair }) => pair);
  return part(
    pairs.length === 0 ? {} : { build: { args: Object.fromEntries(pairs) } },
    found.map(({ entry }) => entry),
  );
}

/** `service:base` is the image of another service; other contexts nothing takes over. */
function contexts(node: ComposeNode, { project }: Context): Part {
  const found = pairsOf(at(node, "additional_contexts")).map(({ name, value, node: item }) => {
    const target = project.services.find(({ key }) => value === `service:${key}`);
    return target
      ? { entry: carried(item, "build.additionalContexts"), pair: [[name, `service:${target.name}`] as const] }
      : {
          entry: lost(item, "only images of other services can be contexts", "copy what it holds below the context"),
          pair: [],
        };
  });
  const pairs = found.flatMap(({ pair }) => pair);
  return part(
    pairs.length === 0 ? {} : { build: { additionalContexts: Object.fromEntries(pairs) } },
    found.map(({ entry }) => entry),
  );
}
