import { type Entry, type Part, carried, guess, lost, partly } from "../entry.ts";
import { type ComposeNode, at, entriesOf, isMapping, itemsOf, textOf } from "../node.ts";
import { type Context, placeOf } from "../project.ts";
import { labelOf } from "../names.ts";
import { isSecretName } from "../secrets.ts";
import { part, together } from "./part.ts";

/** `configs` and `secrets` of a service: files at the places that Compose gives them. */
export function mountedFiles(context: Context): Part {
  const { node } = context;
  return together([
    ...itemsOf(at(node, "configs")).map((item) => config(item, context)),
    ...itemsOf(at(node, "secrets")).map((item) => secret(item, context)),
  ]);
}

interface Mounted {
  readonly source: string;
  readonly target: string;
  readonly mode: string | null;
}

function read(item: ComposeNode, folder: string): Mounted {
  const source = textOf(item) ?? textOf(at(item, "source")) ?? "";
  const target = textOf(at(item, "target")) ?? source;
  return { source, target: target.startsWith("/") ? target : `${folder}/${target}`, mode: modeOf(at(item, "mode")) };
}

/** YAML reads `0440` as a number, `"0440"` is text. */
function modeOf(node: ComposeNode | undefined): string | null {
  if (!node) return null;
  const octal = typeof node.value === "number" ? node.value.toString(8) : (textOf(node) ?? "");
  return /^0?[0-7]{1,3}$/.test(octal) ? octal.padStart(4, "0").slice(-4) : null;
}

function config(item: ComposeNode, context: Context): Part {
  const mounted = read(item, "");
  const declared = at(context.project.model, "configs", mounted.source);
  const mode = mounted.mode === null ? {} : { mode: mounted.mode };
  const content = contentOf(declared, context);
  if (content === null)
    return part({}, [
      lost(
        item,
        `the text of the config "${mounted.source}" is not to be had here`,
        `write files["${mounted.target}"]`,
      ),
    ]);
  return part({ files: { [mounted.target]: { ...content, ...mode } } }, entriesFor(item, `files.${mounted.target}`));
}

/** What a top-level config says, as a file of the registry. */
function contentOf(declared: ComposeNode | undefined, { project }: Context): object | null {
  const [file, content, variable] = ["file", "content", "environment"].map((key) => textOf(at(declared, key)));
  if (declared && file != null) {
    const place = placeOf(project, declared, file);
    const found = project.disk(place.absolute);
    return place.relative !== null && found?.kind === "file" && found.text !== null ? { source: place.relative } : null;
  }
  if (content != null) return content.includes("\ufdd0") ? null : { content };
  const value = variable == null || isSecretName(variable) ? undefined : project.values.get(variable);
  return value === undefined ? null : { content: value };
}

function secret(item: ComposeNode, context: Context): Part {
  const mounted = read(item, "/run/secrets");
  const { project } = context;
  const declared = at(project.model, "secrets", mounted.source);
  if (!declared) return part({}, [lost(item, `there is no secret "${mounted.source}"`, "declare it under secrets")]);
  const name = project.secretNames.get(mounted.source) ?? labelOf(mounted.source);
  const key = mounted.source.replaceAll(/[^-._a-zA-Z0-9]/g, "_");
  const mode = mounted.mode === null ? {} : { mode: mounted.mode };
  return part(
    { files: { [mounted.target]: { secret: name, key, ...mode } } },
    entriesFor(item, `files.${mounted.target}`),
    { secrets: { [name]: { keys: { [key]: {} } } } },
  );
}

function entriesFor(item: ComposeNode, to: string): readonly Entry[] {
  if (!isMapping(item.value)) return [carried(item, to)];
  return ["source", "target", "mode"].flatMap((key) => {
    const field = at(item, key);
    if (!field) return [];
    const isLost = key === "mode" && modeOf(field) === null;
    return [isLost ? lost(field, "it is no octal mode", "write the mode of the file") : carried(field, to)];
  });
}

/** Top-level configs and secrets: what is said where they are mounted, and where their values must come from. */
export function declaredFiles(project: Context["project"]): readonly Entry[] {
  return [...declared(project, "configs"), ...declared(project, "secrets")];
}

function declared(project: Context["project"], section: "configs" | "secrets"): readonly Entry[] {
  const used = new Set(
    project.services.flatMap(({ node }) =>
      itemsOf(at(node, section)).map((item) => textOf(item) ?? textOf(at(item, "source"))),
    ),
  );
  return entriesOf(at(project.model, section)).flatMap(([key, node]): readonly Entry[] => {
    if (!used.has(key)) return [lost(node, "no service that is taken over mounts it", "remove it")];
    const sources = ["file", "content", "environment", "external"].flatMap((field) => at(node, field) ?? []);
    if (section === "secrets") return sources.map((field) => secretSource(field, project.secretNames.get(key) ?? key));
    return sources.filter((field) => field.path.at(-1) !== "external").map((field) => configSource(field, project));
  });
}

function configSource(field: ComposeNode, project: Context["project"]): Entry {
  if (field.path.at(-1) === "file" && placeOf(project, field, textOf(field) ?? "").relative === null)
    return lost(field, "the file lies outside of the folder of services.json", "copy it beside services.json");
  if (field.path.at(-1) === "environment" && isSecretName(textOf(field) ?? ""))
    return lost(field, "a config is no place for a secret", "declare it under secrets");
  if (field.path.at(-1) === "environment")
    return carried(field, "files", guess(field, "its text is what the variable holds now", "check it"));
  return carried(field, "files");
}

function secretSource(field: ComposeNode, name: string): Entry {
  const fix = `npm run secrets -- local makes a random one for this machine; elsewhere: kubectl create secret generic ${name} --from-file=…`;
  return carried(field, `secrets.${name}`, partly(field, "its value is not taken over", fix));
}
