import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { layout } from "../../tools/layout/layout.ts";
import type { FileTree } from "../../tools/lib/tree.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { VENDORED_FILES } from "../support/arbitrary-platform.ts";
import { arbitraryRegistry } from "../support/arbitrary-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { ROOTS } from "../support/roots.ts";

// Output is a function of its inputs, and of nothing else.

test("the order of keys changes no byte", () => {
  fc.assert(
    fc.property(arbitraryRegistry, fc.infiniteStream(fc.nat()), (registry, numbers) => {
      assert.deepEqual(
        layout(inputsOf(shuffled(registry, numbers), VENDORED_FILES)),
        layout(inputsOf(registry, VENDORED_FILES)),
      );
    }),
    { numRuns: 40 },
  );
});

for (const root of ROOTS) {
  test(`neither does it in the registry of ${root}`, async () => {
    const registry = JSON.parse(readFileSync(`${root}/services.json`, "utf8")) as Record<string, unknown>;
    const { files } = (await readInputs(root)).inputs;
    const reversed = shuffled(
      registry,
      (function* () {
        for (;;) yield 0;
      })(),
    );
    assert.deepEqual(layout(inputsOf(reversed, files)), layout(inputsOf(registry, files)));
  });
}

test("adding an environment touches nothing outside its folder, but what local ones say of the strictest", () => {
  fc.assert(
    fc.property(arbitraryRegistry, fc.constantFrom("local", "staging", "airgap", "prod"), (registry, profile) => {
      const environments = registry["environments"] as Record<string, Record<string, unknown>>;
      const [first] = Object.values(environments);
      const before = layout(inputsOf(registry, VENDORED_FILES));
      const after = layout(
        inputsOf({ ...registry, environments: { ...environments, added: { ...first, profile } } }, VENDORED_FILES),
      );
      const compared = new Set(
        Object.entries(environments).flatMap(([name, { profile: written }]) =>
          written === "local" ? [`overlays/${name}/README.md`] : [],
        ),
      );
      assert.deepEqual(without(outside(after, "overlays/added/"), compared), without(before, compared));
    }),
    { numRuns: 40 },
  );
});

test("a change of one service touches the files of no other, unless they depend on it", () => {
  const registry = JSON.parse(readFileSync("services.json", "utf8")) as { services: Record<string, { env: object }> };
  const before = layout(inputsOf(registry));
  const edited = structuredClone(registry);
  edited.services["core"] = { ...edited.services["core"], env: { ...edited.services["core"]?.env, NEW: "1" } };
  const changed = [...layout(inputsOf(edited))]
    .filter(([path, text]) => before.get(path) !== text)
    .map(([path]) => path);
  assert.deepEqual(changed, ["k8s/core/deployment.yaml"]);
});

function outside(tree: FileTree, folder: string): FileTree {
  return new Map([...tree].filter(([path]) => !path.startsWith(folder)));
}

function without(tree: FileTree, paths: ReadonlySet<string>): FileTree {
  return new Map([...tree].filter(([path]) => !paths.has(path)));
}

/** The same value with the keys of every object in another order. */
function shuffled<T>(value: T, numbers: Iterator<number>): T {
  if (Array.isArray(value)) return value.map((item) => shuffled(item as unknown, numbers)) as T;
  if (typeof value !== "object" || value === null) return value;
  const keyed = Object.entries(value)
    .toReversed()
    .map(([key, inner]) => ({ key, inner, rank: Number(numbers.next().value) }));
  return Object.fromEntries(
    keyed.toSorted((a, b) => a.rank - b.rank).map(({ key, inner }) => [key, shuffled(inner as unknown, numbers)]),
  ) as T;
}
