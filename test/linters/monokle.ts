import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { KubeObject } from "../../tools/render/object.ts";
import { type Linter, LINTERS } from "./linter.ts";
import type { Rendered } from "./rendered.ts";

/** What we use of @monokle/validation. */
interface Monokle {
  readonly RemotePluginLoader: new (load: unknown) => unknown;
  readonly requireFromStringCustomPluginLoader: unknown;
  readonly ResourceParser: new () => unknown;
  readonly SchemaLoader: new () => unknown;
  readonly DisabledFixer: new () => unknown;
  readonly MonokleValidator: new (init: object) => Validator;
  /** Writes into each resource what it refers to; without it, no link is judged. */
  readonly processRefs: (resources: readonly object[], parser: unknown) => readonly object[];
}

interface Validator {
  readonly rules: Readonly<Record<string, readonly { readonly name: string }[]>>;
  preload(config: object): Promise<void>;
  getFailedPlugins(): readonly string[];
  validate(params: { readonly resources: readonly object[] }): Promise<{ readonly runs: readonly Run[] }>;
}

interface Run {
  readonly results: readonly Result[];
}

interface Result {
  readonly ruleId: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string } };
  }[];
}

const MODULE = join(LINTERS, "npm/node_modules/@monokle/validation/lib/node.js");

// Not `kubernetes-schema` and `open-policy-agent`, which fetch what they judge by, and not `metadata`, which asks for
// labels of its own choice (`app.kubernetes.io/managed`).
const PLUGINS = { "pod-security-standards": true, practices: true, "resource-links": true, "yaml-syntax": true };

/** https://github.com/kubeshop/monokle-core: every rule, also those that are off by default. */
export const monokle: Linter = {
  name: "monokle",
  missing: () => (existsSync(MODULE) ? [] : ["@monokle/validation"]),
  async lint(rendered) {
    const library = (await import(pathToFileURL(MODULE).href)) as Monokle;
    const parser = new library.ResourceParser();
    const validator = await everyRule(library, parser);
    const { runs } = await validator.validate({ resources: library.processRefs(resources(rendered), parser) });
    return runs
      .flatMap(({ results }) => results)
      .flatMap((result) => {
        const object = objectOf(result, rendered);
        if (!object) return [];
        const { kind, metadata } = object;
        const namespace = metadata.namespace ?? null;
        return [
          {
            tool: "monokle",
            id: result.ruleId,
            object: `${kind}/${metadata.name}`,
            namespace,
            message: result.message.text,
          },
        ];
      });
  },
};

async function everyRule(library: Monokle, parser: unknown): Promise<Validator> {
  const validator = new library.MonokleValidator({
    loader: new library.RemotePluginLoader(library.requireFromStringCustomPluginLoader),
    parser,
    schemaLoader: new library.SchemaLoader(),
    suppressors: [],
    fixer: new library.DisabledFixer(),
  });
  await validator.preload({ plugins: PLUGINS });
  const names = Object.entries(validator.rules).flatMap(([plugin, rules]) =>
    rules.map(({ name }) => `${plugin}/${name}`),
  );
  await validator.preload({ plugins: PLUGINS, rules: Object.fromEntries(names.map((name) => [name, "err"])) });
  const failed = validator.getFailedPlugins();
  if (failed.length > 0 || names.length < 40)
    throw new Error(`${names.length} rules; not loaded: ${failed.join(", ")}`);
  return validator;
}

/** The overlay's objects, and what is given: a link to one of these is none that leads nowhere. */
function resources({ folder, text, objects, given }: Rendered): object[] {
  const texts = text.split("\n---\n");
  return [
    ...objects.map((object, i) => resource(object, texts[i] ?? "", `${folder}#${i}`)),
    ...given.map((object, i) => resource(object, JSON.stringify(object), `${folder}#given-${i}`)),
  ];
}

/** Its id must be nobody else's in this process: Monokle remembers links by it. */
function resource(content: KubeObject, text: string, id: string): object {
  const { apiVersion, kind, metadata } = content;
  const { name, namespace } = metadata;
  return { id, fileId: id, filePath: id, fileOffset: 0, name, apiVersion, kind, namespace, content, text };
}

/** The object that a result is about; what is given is not judged. */
function objectOf(result: Result, { objects }: Rendered): KubeObject | undefined {
  const found = result.locations.find(
    ({ physicalLocation }) => physicalLocation?.artifactLocation.uriBaseId === "RESOURCE",
  );
  return objects[Number(found?.physicalLocation?.artifactLocation.uri.split("#").at(-1))];
}
