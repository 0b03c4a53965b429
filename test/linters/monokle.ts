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
}

interface Validator {
  readonly rules: Readonly<Record<string, readonly { readonly name: string }[]>>;
  preload(config: object): Promise<void>;
  getFailedPlugins(): readonly string[];
  validate(params: { readonly resources: readonly object[] }): Promise<{ readonly runs: readonly Run[] }>;
}

interface Run {
  readonly results: readonly {
    readonly ruleId: string;
    readonly message: { readonly text: string };
    readonly locations: readonly {
      readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string } };
    }[];
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
    const validator = await everyRule(library);
    const { runs } = await validator.validate({ resources: resources(rendered) });
    return runs
      .flatMap(({ results }) => results)
      .map(({ ruleId, message, locations }) => {
        const object = rendered.objects[resourceIndex(locations)];
        return {
          tool: "monokle",
          id: ruleId,
          object: `${object?.kind}/${object?.metadata.name}`,
          namespace: object?.metadata.namespace ?? null,
          message: message.text,
        };
      });
  },
};

async function everyRule(library: Monokle): Promise<Validator> {
  const validator = new library.MonokleValidator({
    loader: new library.RemotePluginLoader(library.requireFromStringCustomPluginLoader),
    parser: new library.ResourceParser(),
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

/** The overlay's objects, and the Secrets which are given: a link to one of these is none that leads nowhere. */
function resources({ text, objects, given }: Rendered): object[] {
  const texts = text.split("\n---\n");
  return [
    ...objects.map((object, i) => resource(object, texts[i] ?? "", i)),
    ...given.map((object, i) => resource(object, JSON.stringify(object), objects.length + i)),
  ];
}

function resource(content: KubeObject, text: string, index: number): object {
  const { apiVersion, kind, metadata } = content;
  const { name, namespace } = metadata;
  const file = String(index);
  return { id: file, fileId: file, filePath: file, fileOffset: 0, name, apiVersion, kind, namespace, content, text };
}

function resourceIndex(locations: Run["results"][number]["locations"]): number {
  const found = locations.find(({ physicalLocation }) => physicalLocation?.artifactLocation.uriBaseId === "RESOURCE");
  return Number(found?.physicalLocation?.artifactLocation.uri);
}
