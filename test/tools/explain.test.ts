import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { explained } from "../../tools/commands/explain.ts";
import { shown } from "../../tools/explain/fields.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { render } from "../../tools/render/render.ts";
import { ROOTS } from "../support/roots.ts";

// Every field of every object of every platform has a line of the registry or a named default behind it.

const GOLDEN = readdirSync("test/golden").map((name) => `test/golden/${name}`);

for (const root of [...ROOTS, ...GOLDEN])
  test(`every field of ${root} is explained`, async () => {
    const { inputs } = await readInputs(root);
    const silent = Object.keys(inputs.registry.environments).flatMap((environment) => {
      const model = environmentModel(inputs, environment);
      return render(model).flatMap((placed) =>
        explained(placed, inputs, model)
          .filter(({ origins }) => origins.length === 0)
          .map(({ path }) => `${environment} ${placed.object.kind}/${placed.object.metadata.name} ${shown(path)}`),
      );
    });
    assert.deepEqual(silent, []);
  });

for (const [object, field, origin] of [
  ["Deployment/core", "spec.replicas", /services\.core\.replicas/],
  ["Deployment/core", "spec.template.spec.containers[core].image", /environments\.airgap\.registry/],
  ["Deployment/core", "spec.template.spec.containers[core].env[PGHOST].value", /services\.core\.env\.PGHOST/],
  ["Deployment/core", "spec.template.spec.containers[core].volumeMounts[/tmp].name", /writable \/tmp/],
  ["Deployment/core", "spec.template.spec.securityContext.runAsUser", /built in: securityContext\.pod\.runAsUser/],
  ["StatefulSet/db", "spec.template.spec.securityContext.runAsUser", /services\.db\.securityContext\.pod\.runAsUser/],
  [
    "StatefulSet/db",
    "spec.volumeClaimTemplates[data].spec.resources.requests.storage",
    /services\.db\.volumes\.data\.size/,
  ],
  ["NetworkPolicy/db", "spec.ingress[0].ports[0].port", /dependsOn\.db/],
  ["Namespace/mage-data", 'metadata.labels["pod-security.kubernetes.io/enforce"]', /Pod Security restricted/],
] as const)
  test(`${object} ${field} names what decides it`, async () => {
    const { inputs } = await readInputs(".");
    const model = environmentModel(inputs, "airgap");
    const placed = render(model).find(({ object: one }) => `${one.kind}/${one.metadata.name}` === object);
    assert.ok(placed);
    const found = explained(placed, inputs, model).find(({ path }) => shown(path) === field);
    assert.match(JSON.stringify(found?.origins), origin);
  });
