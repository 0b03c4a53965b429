import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { jsonSchema } from "../../tools/registry/schema.ts";
import { ROOTS } from "../support/roots.ts";

// What editors know about services.json.

type Node = { readonly [key: string]: unknown };

const FILE = "tools/registry/services.schema.json";
const schema = jsonSchema() as Node;

test("the committed JSON Schema is that of the code", () => {
  assert.deepEqual(
    JSON.parse(readFileSync(FILE, "utf8")),
    JSON.parse(JSON.stringify(schema)),
    `run: npm run schema -- --write ${FILE}`,
  );
});

test("it is a draft-7 schema with the registry's top level", () => {
  assert.equal(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  const fields = [
    "$schema",
    "name",
    "description",
    "owner",
    "defaults",
    "namespaces",
    "environments",
    "registries",
    "secrets",
    "volumes",
    "storageClasses",
    "priorityClasses",
    "manifests",
    "mirror",
    "services",
  ];
  assert.deepEqual(Object.keys(schema["properties"] as Node).toSorted(), fields.toSorted());
  assert.deepEqual((schema["required"] as string[]).toSorted(), ["environments", "name", "namespaces", "services"]);
});

test("every field says what it is", () => {
  const silent = fieldsOf(schema)
    .filter(({ field }) => !isDescribed(field))
    .map(({ path }) => path);
  assert.deepEqual(silent, []);
});

test("no description is longer than a line of an editor's tooltip, and each ends like a sentence", () => {
  for (const { field } of fieldsOf(schema)) {
    const text = typeof field["description"] === "string" ? field["description"] : "It is said elsewhere.";
    assert.ok(text.length < 160 && /[.]$/.test(text), text);
  }
});

test("every object is closed: an editor underlines what is misspelt", () => {
  for (const node of nodesOf(schema))
    if (node["properties"] !== undefined) assert.equal(node["additionalProperties"], false);
});

test("every reference within it leads somewhere", () => {
  const references = nodesOf(schema).flatMap((node) => (typeof node["$ref"] === "string" ? [node["$ref"]] : []));
  assert.ok(references.length > 0);
  for (const reference of references) assert.ok(resolved({ $ref: reference }), reference);
});

for (const file of ROOTS.map((root) => join(root, "services.json")))
  test(`${file} names the schema, and uses no field that it lacks`, () => {
    const registry = JSON.parse(readFileSync(file, "utf8")) as Node;
    assert.match(String(registry["$schema"]), /tools\/registry\/services\.schema\.json$/);
    assert.deepEqual(unknownFields(registry, schema, ""), []);
  });

interface Field {
  readonly path: string;
  readonly field: Node;
}

function fieldsOf(root: Node): Field[] {
  return nodesOf(root).flatMap((node) =>
    Object.entries((node["properties"] ?? {}) as Record<string, Node>).map(([path, field]) => ({ path, field })),
  );
}

/** Every object in it, in any depth. */
function nodesOf(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value as Node]), ...Object.values(value).flatMap(nodesOf)];
}

/** Itself, what it refers to, or what it may be besides null. */
function isDescribed(field: Node): boolean {
  const target = resolved(field);
  if (field["description"] !== undefined || target["description"] !== undefined) return true;
  return [target["anyOf"], target["allOf"]].flat().some((one) => one !== undefined && isDescribed(one as Node));
}

function resolved(node: Node): Node {
  const reference = node["$ref"];
  if (typeof reference !== "string") return node;
  const found = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((inner, step) => (inner as Node)[step], schema);
  assert.ok(found, reference);
  return resolved(found as Node);
}

/** Paths of fields that no alternative of the schema knows. */
function unknownFields(value: unknown, node: Node, path: string): string[] {
  const options = alternatives(node);
  if (Array.isArray(value))
    return value.flatMap((item, i) =>
      unknownFields(item, { anyOf: options.map((one) => one["items"] ?? {}) }, `${path}/${i}`),
    );
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = options.flatMap(
      (one) =>
        (one["properties"] as Record<string, Node> | undefined)?.[key] ??
        (typeof one["additionalProperties"] === "object" ? (one["additionalProperties"] as Node) : []),
    );
    return known.length === 0 ? [`${path}/${key}`] : unknownFields(inner, { anyOf: known }, `${path}/${key}`);
  });
}

function alternatives(node: Node): Node[] {
  const target = resolved(node);
  const options = [target["anyOf"], target["allOf"]].flat().filter((one) => one !== undefined) as Node[];
  return options.length === 0 ? [target] : options.flatMap(alternatives);
}
