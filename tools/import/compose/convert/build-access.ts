import { type Entry, type Part, carried, lost } from "../entry.ts";
import { type ComposeNode, at, isMapping, itemsOf, pairsOf, textOf } from "../node.ts";
import { type Context, placeOf } from "../project.ts";
import { part, together } from "./part.ts";

/** What a build may use beside its context: secrets, SSH agents, layers of other images; and what it is built for. */
export function buildAccess(node: ComposeNode, context: Context): Part {
  return together([
    secrets(at(node, "secrets"), context),
    listOf("ssh", pairsOf(at(node, "ssh")).map(agent)),
    listOf("platforms", itemsOf(at(node, "platforms")).map(platform)),
    listOf("cacheFrom", itemsOf(at(node, "cache_from")).map(cacheImage)),
  ]);
}

interface Item {
  readonly entry: Entry;
  /** Null where it cannot be said. */
  readonly value: string | null;
}

function listOf(field: string, items: readonly Item[]): Part {
  const values = items.flatMap(({ value }) => value ?? []);
  return part(
    values.length === 0 ? {} : { build: { [field]: values } },
    items.map(({ entry }) => entry),
  );
}

function agent({
  name,
  value,
  node,
}: {
  readonly name: string;
  readonly value: string | null;
  readonly node: ComposeNode;
}): Item {
  return value === null
    ? { entry: carried(node, "build.ssh"), value: name }
    : {
        entry: lost(node, "keys come from the SSH agent alone", `ssh-add them, and write "ssh": ["${name}"]`),
        value: null,
      };
}

function platform(node: ComposeNode): Item {
  const text = textOf(node) ?? "";
  return /^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(text)
    ? { entry: carried(node, "build.platforms"), value: text }
    : { entry: lost(node, `"${text}" is no platform`, 'write one such as "linux/amd64"'), value: null };
}

/** An image, or `type=registry,ref=image`. https://docs.docker.com/build/cache/backends/ */
function cacheImage(node: ComposeNode): Item {
  const text = textOf(node) ?? "";
  const image = /^type=registry,ref=([^,]+)$/.exec(text)?.[1] ?? text;
  return image.includes("=")
    ? { entry: lost(node, "only layers of images in a registry can be used", "remove it"), value: null }
    : { entry: carried(node, "build.cacheFrom"), value: image };
}

function secrets(node: ComposeNode | undefined, { project }: Context): Part {
  const parts = itemsOf(node).map((item) => {
    const said = isMapping(item.value) ? [at(item, "source"), at(item, "target")].flatMap((one) => one ?? []) : [item];
    const source = textOf(said[0]) ?? "";
    const id = textOf(said.at(-1)) ?? source;
    const declared = at(project.model, "secrets", source);
    const value = declared ? sourceOf(declared, project) : null;
    if (value)
      return part(
        { build: { secrets: { [id]: value } } },
        said.map((one) => carried(one, `build.secrets.${id}`)),
      );
    const message = `the secret ${source} is neither a file below services.json nor a variable`;
    return part({}, [lost(item, message, `write build.secrets.${id}`)]);
  });
  return together(parts);
}

function sourceOf(
  declared: ComposeNode,
  project: Context["project"],
): { file: string } | { environment: string } | null {
  const environment = textOf(at(declared, "environment"));
  if (environment !== null) return { environment };
  const written = at(declared, "file");
  const file = written ? placeOf(project, written, textOf(written) ?? "").relative : null;
  return file === null ? null : { file };
}
