import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { layout } from "../../tools/layout/layout.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { render } from "../../tools/render/render.ts";
import { VENDORED_FILES } from "../support/arbitrary-platform.ts";
import { arbitraryRegistry } from "../support/arbitrary-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { kubectls, kustomize } from "../support/kubectl.ts";
import { skipWithout } from "../support/skip.ts";
import { parseYamlStream } from "../support/yaml.ts";
import { inTemporaryFolder, writeTree } from "../support/temporary.ts";
import { ROOTS } from "../support/roots.ts";

// The law of the house: `kubectl kustomize overlays/E` equals `render(model(registry, E))`, object for object.

const skip = skipWithout(kubectls().length > 0, "kubectl");

const GOLDEN = readdirSync("test/golden").map((name) => `test/golden/${name}`);

for (const root of [...ROOTS, ...GOLDEN]) {
  if (kubectls().length === 0) test(`the committed overlays of ${root} are what the model draws`, { skip }, () => {});
  for (const kubectl of kubectls()) {
    test(`the committed overlays of ${root} are what the model draws, with ${kubectl.name}`, { skip }, async () => {
      const { inputs } = await readInputs(root);
      for (const environment of Object.keys(inputs.registry.environments))
        assertLaw(inputs, environment, `${root}/overlays/${environment}`, kubectl.path);
    });
  }
}

test("it holds for random registries, with every kubectl", { skip }, async () => {
  const runs = kubectls().toReversed();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryRegistry, async (registry) => {
      const inputs = inputsOf(registry, VENDORED_FILES);
      await inTemporaryFolder((folder) => {
        writeTree(folder, layout(inputs));
        const kubectl = runs[run++ % runs.length]?.path ?? "kubectl";
        for (const environment of Object.keys(inputs.registry.environments))
          assertLaw(inputs, environment, `${folder}/overlays/${environment}`, kubectl);
      });
    }),
    // A counterexample is made smaller for a while only: each step of that is a kubectl for every environment.
    {
      numRuns: Number(process.env["SLIPWAY_LAW_RUNS"] ?? 60),
      interruptAfterTimeLimit: 300_000,
      markInterruptAsFailure: true,
    },
  );
});

function assertLaw(inputs: Inputs, environment: string, folder: string, kubectl: string): void {
  const placed = render(environmentModel(inputs, environment));
  const objects = (ofDefinitions: boolean): KubeObject[] =>
    placed.filter(({ home }) => (home === "crds") === ofDefinitions).map(({ object }) => object);
  const applied = (at: string): KubeObject[] => parseYamlStream(kustomize(kubectl, at)) as KubeObject[];
  assert.deepEqual(byId(applied(folder)), byId(objects(false)), `${folder} with ${kubectl}`);
  // Definitions are applied on their own, and no other kustomization lists them.
  const definitions = objects(true);
  assert.equal(existsSync(`${folder}/cluster/crds`), definitions.length > 0);
  if (definitions.length > 0) assert.deepEqual(byId(applied(`${folder}/cluster/crds`)), byId(definitions));
}

function byId(objects: readonly KubeObject[]): Record<string, unknown> {
  const entries = objects.map(
    (object) =>
      [
        `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`,
        JSON.parse(JSON.stringify(object)) as unknown,
      ] as const,
  );
  assert.equal(new Set(entries.map(([id]) => id)).size, entries.length, "two objects have one name");
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
