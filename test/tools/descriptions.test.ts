import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { layout } from "../../tools/layout/layout.ts";
import type { FileTree } from "../../tools/lib/tree.ts";
import { parseYamlStream } from "../../tools/lib/yaml.ts";
import { bare, fieldsOf } from "../../tools/registry/reference/walk.ts";
import { registrySchema } from "../../tools/registry/schema.ts";
import {
  type Data,
  ENVIRONMENT,
  VENDORED,
  describedPlatform,
  describedService,
  descriptionsIn,
} from "../support/described-registry.ts";
import { inputsOf } from "../support/inputs.ts";

// Whatever the registry says of something stands in the generated files, above what it is about.

const PLAIN = describedService("services.app");
const MOCKING = { ...ENVIRONMENT, mocks: ["app"] };

/** A registry for each place at which a service, or a part of one, may be written. */
const REGISTRIES: Readonly<Record<string, Data>> = {
  service: describedPlatform({ app: PLAIN }),
  mock: describedPlatform({ app: { ...PLAIN, mock: describedService("services.app.mock") } }, MOCKING),
  environment: describedPlatform({
    app: { ...PLAIN, environments: { prod: describedService("services.app.environments.prod") } },
  }),
  "mock in an environment": describedPlatform(
    {
      app: {
        ...PLAIN,
        mock: describedService("services.app.mock"),
        environments: { prod: { mock: describedService("services.app.environments.prod.mock") } },
      },
    },
    MOCKING,
  ),
  defaults: describedPlatform({ app: {} }, ENVIRONMENT, { defaults: describedService("defaults") }),
  overrides: describedPlatform({ app: PLAIN }, { ...ENVIRONMENT, overrides: describedService("overrides") }),
};

const KNOWN = new Set(placesIn(registrySchema, ""));

test("the registries say something wherever the schema lets them", () => {
  const told = Object.values(REGISTRIES).flatMap((registry) => descriptionsIn(registry, KNOWN).map(({ path }) => path));
  assert.deepEqual(
    [...KNOWN].filter((path) => !told.includes(path)),
    [],
  );
});

for (const [name, registry] of Object.entries(REGISTRIES))
  test(`${name}: each description stands above what it is about`, () => {
    const tree = layout(inputsOf(registry, VENDORED));
    const texts = descriptionsIn(registry, KNOWN).map(({ text }) => text);
    assert.ok(texts.length > 25);
    const missing = texts.filter((text) => !placesOf(text, tree).some(isRight(text)));
    assert.deepEqual(missing, []);
  });

test("no description leaves its comment, wherever it stands", () => {
  const hostile = `one\ntwo\r\nthree\rkind: Evil\n---\n  - name: evil\n...\n\u0000\u0007\ufeff\t# end`;
  const texts = JSON.stringify(REGISTRIES["environment"]).replaceAll(/"About [^"]*"/g, JSON.stringify(hostile));
  const [plain, told] = [REGISTRIES["environment"], JSON.parse(texts) as Data].map((one) =>
    layout(inputsOf(one, VENDORED)),
  );
  for (const [file, text] of told ?? []) {
    // There it is a field.
    if (/\/(?:priorityclass-\w+|mirror)\.yaml$/.test(file)) continue;
    if (file.endsWith(".yaml")) assert.deepEqual(values(text), values(plain?.get(file) ?? ""), file);
  }
});

function values(text: string): unknown[] {
  return parseYamlStream(text).map(({ value, problem }) => problem ?? value);
}

/** The line after the comment that holds a text, or the line itself where the text is a field; with its file. */
function placesOf(text: string, tree: FileTree): { readonly file: string; readonly line: string }[] {
  return [...tree].flatMap(([file, content]) => {
    const lines = content.split("\n");
    return lines.flatMap((line, i) => {
      if (!line.includes(text)) return [];
      const isComment = /^\s*#/.test(line);
      return [{ file, line: isComment ? (lines.slice(i).find((next) => !/^\s*#/.test(next)) ?? "") : line }];
    });
  });
}

function isRight(text: string): (place: { readonly file: string; readonly line: string }) => boolean {
  const [, expected] = EXPECTED.find(([about]) => about.test(text)) ?? [/./, /^apiVersion: /];
  // What an environment says differently of an object of the base stands above the patch, or above all of them.
  return ({ file, line }) =>
    expected.test(line) ||
    (/^About (?:services\.app\.environments\.prod|overrides)\b/.test(text) &&
      file === "overlays/prod/app/kustomization.yaml" &&
      /^apiVersion: |^ {2}- target:/.test(line));
}

/** What is about no whole object, and the line that it stands above. */
const EXPECTED: readonly (readonly [RegExp, RegExp])[] = [
  [/\.initContainers\.$/, /^ +- name: wait$/],
  [/\.sidecars\.(proxy|beside)\.$/, /^ +- name: (proxy|beside)$/],
  [/\.volumes\.each\.$/, /^ +- metadata:$/],
  [/\.volumes\.(scratch|shared|theirs|node)\.$/, /^ +- name: (scratch|shared|theirs|node)$/],
  [/\.jobs\.before\.$/, /^ +- name: before$/],
  [/\.verify\.tcp\.$/, /^curl |^kubectl |^get |^```$/],
  [/\.verify\.\w+\.$/, /^curl |^kubectl |^get /],
  [/ priorityClasses\.first\.$/, /^description: /],
  [/ mirror\.\w+\.\w\.$/, /^ +description: /],
];

/** Paths of the descriptions that a schema allows. */
function placesIn(written: z.ZodType, path: string): string[] {
  const schema = bare(written);
  if (schema instanceof z.ZodArray) return placesIn(schema.element as z.ZodType, `${path}[]`);
  if (schema instanceof z.ZodRecord) return placesIn(schema.valueType as z.ZodType, `${path}.*`);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap((one) => placesIn(one, path));
  if (!(schema instanceof z.ZodObject)) return [];
  return fieldsOf(schema).flatMap(([key, field]) =>
    key === "description" && bare(field) instanceof z.ZodString
      ? [`${path}.description`]
      : placesIn(field, `${path}.${key}`),
  );
}
