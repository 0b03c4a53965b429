import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { mermaid } from "../../tools/graph/mermaid.ts";
import { svg } from "../../tools/graph/svg.ts";
import { sentences } from "../../tools/graph/words.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { arbitraryPlatform, graphOf } from "../support/graphs.ts";
import { inputsOf } from "../support/inputs.ts";
import { drawnTuples, renderedTuples } from "../support/policy-tuples.ts";
import { ROOTS } from "../support/roots.ts";

// The graph shows what the network policies allow, and nothing that they do not.

const GOLDENS = readdirSync("test/golden").map((name) => `test/golden/${name}`);

for (const root of [...ROOTS, ...GOLDENS])
  test(`${root}: the graph allows what the rendered network policies allow`, async () => {
    const { inputs } = await readInputs(root);
    for (const [environment, { networkPolicies }] of Object.entries(inputs.registry.environments)) {
      const model = environmentModel(inputs, environment);
      if (networkPolicies === false) assert.deepEqual(renderedTuples(model), []);
      else assert.deepEqual(drawnTuples(graphOf(inputs, environment), model), renderedTuples(model), environment);
    }
  });

test("so it does for random platforms", () => {
  fc.assert(
    fc.property(arbitraryPlatform, (registry) => {
      const inputs = inputsOf(registry);
      for (const [environment, { networkPolicies }] of Object.entries(inputs.registry.environments)) {
        if (networkPolicies === false) continue;
        const model = environmentModel(inputs, environment);
        assert.deepEqual(drawnTuples(graphOf(inputs, environment), model), renderedTuples(model));
      }
    }),
    { numRuns: 100 },
  );
});

test("both formats have a line of its own kind for each peer, and say what it is", async () => {
  const { inputs } = await readInputs("test/golden/network");
  const graph = graphOf(inputs, "nginx");
  const text = mermaid(graph);
  assert.match(
    text,
    /^ {4}caller_\d+\[\/"office<br\/>Network<br\/>10\.1\.0\.0\/16 except 10\.1\.9\.0\/24<br\/>2001:db8::\/32"\/\]$/m,
  );
  assert.match(text, /^ {2}caller_\d+ --o\|"http"\| service_api$/m);
  assert.match(text, /^ {2}service_api --o\|"5060–5070\/UDP"\| target_\d+$/m);
  assert.match(
    text,
    /^ {2}resolver>"DNS, for every service<br\/>pods k8s-app=kube-dns in namespace kube-system, 169\.254\.20\.10\/32"\]$/m,
  );
  const drawn = await svg(graph);
  const policies = graph.edges.filter(({ kind }) => kind === "policy").flatMap(({ ports }) => ports);
  assert.equal(drawn.split('<g class="edge policy">').length - 1, policies.length);
  assert.equal(drawn.split('<g class="policy">').length - 1, 1, "one entry of the legend");
  assert.ok(
    sentences(graph).includes("backup (every pod in namespace backup) may connect to api: events, http, metrics."),
  );
  assert.ok(sentences(graph).includes("api may connect to mesh (pods app=control in namespace mesh): every port."));
});

test("a peer that several services name alike stands there once", async () => {
  const { inputs } = await readInputs("examples/linkops");
  const { groups, edges } = graphOf(inputs, "prod");
  const nodes = groups.flatMap((group) => group.nodes).filter(({ title }) => title === "traces");
  assert.deepEqual(
    nodes.map(({ kind, peers }) => [kind, ...peers]),
    [["Pods", "app=otel-collector", "in namespace observability"]],
  );
  assert.equal(edges.filter(({ to }) => to === nodes[0]?.id).length, 4);
});
