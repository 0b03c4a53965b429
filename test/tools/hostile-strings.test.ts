import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { layout } from "../../tools/layout/layout.ts";
import { patchText } from "../../tools/layout/kustomization.ts";
import { lostInKustomize } from "../../tools/lib/text.ts";
import { emitFlow, emitYaml } from "../../tools/lib/yaml.ts";
import { environmentModel } from "../../tools/model/model.ts";
import type { Inputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { render } from "../../tools/render/render.ts";
import { REGISTRY, findingsIn, mistaken } from "../support/build-registry.ts";
import { CARRIED, HOSTILE, HOSTILE_KEYS, HOSTILE_LABELS } from "../support/hostile-strings.ts";
import { inputsOf } from "../support/inputs.ts";
import { kubectls, kustomize } from "../support/kubectl.ts";
import { skipWithout } from "../support/skip.ts";
import { inTemporaryFolder, writeTree } from "../support/temporary.ts";
import { parseYamlStream } from "../support/yaml.ts";

// What a registry says is what the cluster gets, to the last byte.

const skip = skipWithout(kubectls().length > 0, "kubectl");

for (const text of HOSTILE)
  test(`${JSON.stringify(text.slice(0, 40))} is read back as it was written`, () => assertReadBack(text));

test("any text is read back as it was written, as a value and as a key", () => {
  fc.assert(fc.property(anyText(), assertReadBack), { numRuns: 500 });
});

test("any data is read back as it was written", () => {
  const value = fc.json({ maxDepth: 4, stringUnit: "binary" }).map((text) => JSON.parse(text) as unknown);
  fc.assert(
    fc.property(value, (data) => {
      for (const version of VERSIONS) assert.deepEqual(read(emitFlow(data), version), data);
      for (const version of VERSIONS) assert.deepEqual(read(emitYaml(data), version), data);
    }),
    { numRuns: 300 },
  );
});

test("an inline patch is one line a step, whatever its values hold", () => {
  fc.assert(
    fc.property(fc.array(anyText(), { minLength: 1, maxLength: 4 }), (texts) => {
      const operations = texts.map((value) => ({
        op: "replace" as const,
        path: `/data/${value.replaceAll(/[~/]/g, "")}`,
        value,
      }));
      const text = patchText(operations);
      assert.equal(text.split(/[\n\r\u0085\u2028\u2029]/).length - 1, operations.length);
      for (const version of VERSIONS) assert.deepEqual(read(text, version), operations);
      assert.deepEqual(parse((parse(emitYaml({ patch: text })) as { patch: string }).patch), operations);
    }),
    { numRuns: 300 },
  );
});

for (const kubectl of kubectls())
  test(`every hostile text arrives through ${kubectl.name}, from a base and through a patch`, { skip }, async () => {
    await assertArrive(CARRIED, kubectl.path);
  });

test("random texts arrive through every kubectl", { skip }, async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const texts = fc.sample(fc.string({ unit: "binary", maxLength: 12 }), { numRuns: 400, seed });
  for (const kubectl of kubectls())
    await assertArrive(
      texts.filter((text) => !text.includes("${") && lostInKustomize(text) === null),
      kubectl.path,
    );
});

test("what kustomize would change or refuse is refused before", async () => {
  const marks = ["\u0085", "\u2028", "\u2029", "\u0080", "\u007f", "\ufffe", "\uffff", "\t"];
  for (const mark of marks) {
    const { text, wheres } = mistaken([
      ['"description": "Takes orders."', `"description": »${JSON.stringify(`${mark}\nb`)}`],
    ]);
    const [finding, ...others] = await findingsIn(text);
    assert.deepEqual([finding?.code, finding?.where, others], ["TEXT_LOST", wheres[0], []]);
    assert.match(finding?.message ?? "", /U\+[0-9A-F]{4}|a tab/);
    const written = await findingsIn(REGISTRY, (folder) => writeFile(`${folder}/config/start.sh`, `${mark}\nb`));
    assert.deepEqual(
      written.map(({ code }) => code),
      ["FILE_LOST"],
    );
  }
  const { text } = mistaken([['"description": "Takes orders."', '"description": "\\ud800"']]);
  assert.deepEqual(
    (await findingsIn(text)).map(({ code }) => code),
    ["TEXT_LOST"],
    "half of a pair",
  );
  const binary = await findingsIn(REGISTRY, (folder) =>
    writeFile(`${folder}/config/start.sh`, Buffer.from([0xff, 0xfe, 0])),
  );
  assert.deepEqual(
    binary.map(({ code }) => code),
    ["FILE_LOST"],
  );
});

test("a description cannot leave its comment", { skip }, async () => {
  const description = `one\ntwo\r\nthree\rkind: Evil\n---\nkind: Evil\n...\n\u0000\u0007\u001b\ufeff\t# end`;
  const plain = registryOf(["a"], []);
  const described = JSON.parse(JSON.stringify(plain)) as typeof plain;
  described.services.api.description = description;
  described.namespaces.here.description = description;
  described.environments.local.description = description;
  for (const kubectl of kubectls())
    assert.deepEqual(await applied(inputsOf(described), kubectl.path), await applied(inputsOf(plain), kubectl.path));
});

const VERSIONS = ["1.1", "1.2"] as const;

function read(text: string, version: (typeof VERSIONS)[number]): unknown {
  return parse(text, { version, merge: false }) as unknown;
}

/** Everything that UTF-8 can hold. */
function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.array(fc.constantFrom(...HOSTILE), { maxLength: 3 }).map((parts) => parts.join("")),
  );
}

function assertReadBack(text: string): void {
  const key = text.slice(0, 300);
  for (const version of VERSIONS) {
    assert.deepEqual(read(emitYaml({ deep: [{ value: text }], [`k${key}`]: text }), version), {
      deep: [{ value: text }],
      [`k${key}`]: text,
    });
    assert.deepEqual(read(emitFlow([{ value: text }, text]), version), [{ value: text }, text]);
  }
}

/** Base and environment say the same texts in another order, so that each of them stands in a patch once. */
async function assertArrive(texts: readonly string[], kubectl: string): Promise<void> {
  const inputs = inputsOf(
    registryOf(texts, [...texts.slice(7), ...texts.slice(0, 7)]),
    new Map(texts.map((text, i) => [`source-${i}`, text])),
  );
  const wanted = render(environmentModel(inputs, "local")).map(({ object }) => object);
  const got = await applied(inputs, kubectl);
  for (const object of wanted) {
    const found = got.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name);
    assert.deepEqual(found, JSON.parse(JSON.stringify(object)), `${object.kind}/${object.metadata.name}`);
  }
  assert.equal(got.length, wanted.length);
}

function applied(inputs: Inputs, kubectl: string): Promise<readonly KubeObject[]> {
  return inTemporaryFolder((folder) => {
    writeTree(folder, layout(inputs));
    return parseYamlStream(kustomize(kubectl, `${folder}/overlays/local`)) as KubeObject[];
  });
}

function registryOf(texts: readonly string[], changed: readonly string[]) {
  const numbered = (prefix: string, values: readonly string[]): Record<string, string> =>
    Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
  const labels = numbered("label", HOSTILE_LABELS);
  const files = Object.fromEntries(texts.map((_, i) => [`/files/${i}`, { source: `source-${i}` }]));
  const service = {
    description: "x",
    image: "a/b:1",
    env: numbered("V", texts),
    args: texts,
    config: { values: { ...numbered("v", texts), ...Object.fromEntries(HOSTILE_KEYS.map((key) => [key, key])) } },
    annotations: numbered("a", texts),
    podAnnotations: numbered("a", texts),
    labels,
    files: { ...files, "/content": { content: ["x", ...texts.filter((text) => !text.includes("$"))].join("") } },
    environments: {
      local: {
        env: numbered("V", changed),
        args: changed.map((text) => `${text}`),
        config: { values: numbered("v", changed) },
        annotations: numbered("a", changed),
        podAnnotations: numbered("a", changed),
      },
    },
  };
  return {
    name: "hostile",
    namespaces: { here: { description: "x", annotations: numbered("a", texts) } },
    environments: { local: { profile: "staging", description: "x" } },
    services: { api: service },
  };
}
