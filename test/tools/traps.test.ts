import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../tools/layout/layout.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { NGINX_ANNOTATIONS } from "../../tools/policy/nginx-annotations.ts";
import { parseEnvFile } from "../../tools/registry/env-file.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { render } from "../../tools/render/render.ts";
import { changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { ROOTS } from "../support/roots.ts";

// What looks right in a cluster guide and does not work (docs/platforms/traps.md), where no other test holds it.

for (const root of ROOTS)
  test(`no kustomization of ${root} changes selectors or names bases as kustomize once did`, async () => {
    const { inputs } = await readInputs(root);
    const files = [...layout(inputs)].filter(([path]) => path.endsWith("/kustomization.yaml"));
    assert.ok(files.length > 3);
    for (const [path, text] of files)
      assert.doesNotMatch(String(text), /^(commonLabels|bases|patchesJson6902):/m, path);
  });

test("a claim that one node mounts is let go before the next pod takes it", async () => {
  const { inputs } = await readInputs("examples/wrightnow");
  const strategies = render(environmentModel(inputs, "staging")).flatMap(({ object }) =>
    object.kind === "Deployment"
      ? [[object.metadata.name, (object["spec"] as { strategy: { type: string } }).strategy.type]]
      : [],
  );
  assert.deepEqual(Object.fromEntries(strategies), {
    "authentik-redis": "Recreate",
    "authentik-server": "Recreate",
    "authentik-worker": "Recreate",
    redis: "Recreate",
  });
});

test("a value from a file ends where its line ends", () => {
  assert.deepEqual(parseEnvFile("A=placeholder\nB='x'\r\n"), { A: "placeholder", B: "x" });
});

for (const name of ["vLLM", "transcription_service", "report_builder_service", "api_gateway"])
  test(`${name} is refused as the name of a service`, () => {
    const registry = changedRegistry(({ services }) => void (services![name] = { image: "shop/x:1.0" }));
    assert.throws(() => inputsOf(registry), /must be a DNS-1123 label/);
  });

test("names of annotations are whole: a list that is wrapped within them knows none of the two halves", () => {
  assert.deepEqual(
    NGINX_ANNOTATIONS.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)),
    [],
  );
});
