import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { referenceMarkdown } from "../../tools/registry/reference/markdown.ts";
import { type Field, anchorOf, referenceOf } from "../../tools/registry/reference/reference.ts";
import { registrySchema } from "../../tools/registry/schema.ts";
import { patchOf } from "../../tools/registry/schema/patch.ts";

// The field reference: of the registry as it is committed, and of small schemas that show how each type is told.

const FILE = "docs/reference.md";

test("docs/reference.md is that of the schema", () => {
  const text = referenceMarkdown(referenceOf(registrySchema));
  if (process.env["UPDATE_GOLDEN"]) writeFileSync(FILE, text);
  assert.equal(
    readFileSync(FILE, "utf8"),
    text,
    `UPDATE_GOLDEN=1 accepts it, or: npm run schema -- --reference --write ${FILE}`,
  );
});

test("every field says what it is", () => {
  assert.deepEqual(referenceOf(registrySchema).undescribed, []);
  const silent = z.strictObject({ a: z.string(), b: z.array(z.strictObject({ c: z.int() })).describe("Bs.") });
  assert.deepEqual(referenceOf(silent).undescribed, ["a", "b[].c"]);
  const orphan = patchOf(z.strictObject({ a: z.string().describe("A.") })).describe("Over nothing.");
  assert.deepEqual(referenceOf(z.strictObject({ orphan, a: z.int().describe("Another.") })).undescribed, ["orphan"]);
});

test("every link of the document leads to one heading", () => {
  const text = referenceMarkdown(referenceOf(registrySchema));
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor ?? "");
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => slug(heading));
  assert.equal(new Set(headings).size, headings.length);
  assert.ok(links.length > headings.length);
  for (const link of links) assert.ok(headings.includes(link), link);
  assert.equal(anchorOf("services.<name>.envFrom[]"), slug("`services.<name>.envFrom[]`"));
});

test("no cell of a table breaks it", () => {
  const text = referenceMarkdown(referenceOf(registrySchema));
  for (const row of text.split("\n").filter((line) => line.startsWith("| ") && line !== "| what | means |"))
    assert.ok([3, 4].includes(row.replaceAll("\\|", "").split("|").length - 1), row);
  assert.match(
    document({ a: z.string().describe("x|y <b>\n and `<c>`") }),
    /^\| \*\*`a`\*\* \| text \| x\\\|y &lt;b> and `<c>` \|$/m,
  );
});

for (const [words, schema] of [
  ["text", z.string()],
  ["text, not empty", z.string().min(1)],
  ["text, at least 3 characters, at most 5 characters", z.string().min(3).max(5)],
  ["a colour", z.string().regex(/^#/, "must be a colour: three or six digits")],
  ["a colour, at most 7 characters", z.string().regex(/^#/, "must be a colour: x").max(9, "must be at most 9").max(7)],
  ["text, must begin with '/'", z.string().startsWith("/", "must begin with '/'")],
  ["text, as `^a$`", z.string().regex(/^a$/)],
  ["a date such as 2030-01-31", z.iso.date("must be a date such as 2030-01-31")],
  ["whole number", z.int()],
  ["number, at least 0", z.number().min(0)],
  ["whole number, 1–65535", z.int().min(1).max(65535)],
  ["true or false", z.boolean()],
  ["`a` or `b`", z.enum(["a", "b"])],
  ['`"gpu"`', z.literal("gpu")],
  ["list of text", z.array(z.string())],
  ["list of text, not empty", z.array(z.string()).min(1)],
  ["map of whole number", z.record(z.string(), z.int())],
  ["map of text, by a key", z.record(z.string().regex(/x/, "must be a key"), z.string())],
  ['`"gpu"` or list of text', z.union([z.literal("gpu"), z.array(z.string())])],
  ['a number or "25%"', z.union([z.int(), z.string()], { error: 'must be a number or "25%"' })],
  ["text or [object](#field)", z.union([z.string(), z.strictObject({ x: z.int().describe("X.") })])],
  ["[object](#field)", z.strictObject({ x: z.int().describe("X.") })],
  ["list of [object](#field)", z.array(z.strictObject({ x: z.int().describe("X.") }))],
  ["map of [object](#fieldname)", z.record(z.string(), z.strictObject({ x: z.int().describe("X.") }))],
  ["anything", z.unknown()],
  ["text or number or true or false or `null` or list of the same or map of the same", z.json()],
] as const)
  test(`a type is told as: ${words}`, () => {
    const other = z.string().describe("So that it is no layer.");
    const wrappers = [schema, schema.optional(), schema.nullable(), schema.nullable().optional().describe("Other.")];
    for (const [i, wrapped] of wrappers.entries()) {
      const [field] = fieldsAt(z.strictObject({ field: wrapped.describe("What it is."), other }), "");
      assert.ok(field);
      assert.equal(field.type, words);
      assert.equal(field.isRequired, i % 2 === 0 && !(schema instanceof z.ZodUnknown));
    }
  });

test("an object that stands at several places is told once, at the outermost", () => {
  const port = z.strictObject({ number: z.int().describe("Its number.") });
  const root = z.strictObject({
    deep: z.strictObject({ ports: z.record(z.string(), port).describe("Ports.") }).describe("Deep."),
    port: port.optional().describe("One."),
  });
  const sections = referenceOf(root).sections.map(({ path, alsoAt }) => [path, ...alsoAt]);
  assert.deepEqual(sections, [[""], ["deep"], ["port", "deep.ports.<name>"]]);
});

test("the objects of a union are alternatives of one section", () => {
  const secret = z.strictObject({ secret: z.string().describe("A Secret.") });
  const config = z.strictObject({ config: z.string().describe("A config.") });
  const root = z.strictObject({
    env: z.record(z.string(), z.union([z.string(), secret, config])).describe("Variables."),
  });
  const section = referenceOf(root).sections.find(({ path }) => path === "env.<name>");
  assert.deepEqual(
    section?.alternatives.map((fields) => fields.map(({ name }) => name)),
    [["secret"], ["config"]],
  );
});

test("a layer is no object of its own: it says what may not stand there", () => {
  const plain = z.strictObject({
    image: z.string().describe("Image."),
    exceptions: z.string().describe("Exceptions."),
  });
  const root = z.strictObject({
    defaults: patchOf(plain.omit({ exceptions: true })).describe("Under all."),
    services: z.record(z.string(), plain).describe("Services."),
  });
  const { sections, undescribed } = referenceOf(root);
  assert.deepEqual(undescribed, []);
  assert.deepEqual(
    sections.map(({ path }) => path),
    ["", "services.<name>"],
  );
  assert.deepEqual(sections[1]?.layers, [{ path: "defaults", without: ["exceptions"] }]);
  assert.equal(fieldsAt(root, "")[0]?.type, "partial [object](#servicesname)");
  assert.match(
    referenceMarkdown({ sections, undescribed, formats: new Map() }),
    /^- `defaults`: every field but `exceptions`$/m,
  );
});

test("an object within itself ends", () => {
  const tree: z.ZodType = z.strictObject({
    name: z.string().describe("Its name."),
    children: z.array(z.lazy(() => tree)).describe("More of them."),
  });
  const { sections } = referenceOf(z.strictObject({ tree: tree.describe("A tree.") }));
  assert.deepEqual(
    sections.map(({ path }) => path),
    ["", "tree"],
  );
});

function fieldsAt(root: z.ZodType, path: string): readonly Field[] {
  return referenceOf(root).sections.find((section) => section.path === path)?.alternatives[0] ?? [];
}

function document(shape: Record<string, z.ZodType>): string {
  return referenceMarkdown(referenceOf(z.strictObject(shape)));
}

/** As GitHub makes it of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
