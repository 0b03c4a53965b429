import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { mermaid } from "../../tools/graph/mermaid.ts";
import { type GraphNode, type PlatformGraph, platformGraph } from "../../tools/graph/platform-graph.ts";
import { svg } from "../../tools/graph/svg.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { assertGolden } from "../support/golden.ts";
import { MANY_PORTS, aNode, arbitraryPlatform, graphOf, group } from "../support/graphs.ts";
import { HOSTILE } from "../support/hostile-strings.ts";
import { inputsOf } from "../support/inputs.ts";

// What a graph of the platform holds, in both formats.

for (const name of readdirSync("test/golden"))
  test(`the graphs of test/golden/${name} are the committed ones`, async () => {
    const { inputs } = await readInputs(`test/golden/${name}`);
    const environments = [null, ...Object.keys(inputs.registry.environments)];
    const files = environments.flatMap((environment) => {
      const graph = graphOf(inputs, environment);
      return [
        [`graph/${environment ?? "base"}.mmd`, mermaid(graph)] as const,
        ...(environment === null ? [] : [[`graph/${environment}.svg`, svg(graph)] as const]),
      ];
    });
    const tree = await Promise.all(files.map(async ([path, text]) => [path, await text] as const));
    await assertGolden(`test/golden/${name}`, ["graph"], new Map(tree));
  });

test("Mermaid's text has every service and every edge exactly once", () => {
  fc.assert(
    fc.property(arbitraryPlatform, (registry) => {
      const inputs = inputsOf(registry);
      for (const environment of Object.keys(inputs.registry.environments)) {
        const model = environmentModel(inputs, environment);
        const lines = mermaid(platformGraph(model, inputs.registry)).split("\n");
        const nodes = lines.flatMap((line) => /^ {4}service_(\w+)[[({]/.exec(line)?.[1] ?? []);
        assert.deepEqual(nodes.toSorted(), model.services.map(({ name }) => name).toSorted());
        const edges = lines.flatMap((line) => {
          const [, from, label = "", to] = /^ {2}service_(\w+) -\S?->(?:\|"(.*)"\|)? service_(\w+)$/.exec(line) ?? [];
          return from === undefined ? [] : [`${from} ${to} ${label}`];
        });
        const declared = model.edges.map(({ from, to, ports }) => `${from} ${to} ${ports.join(", ")}`);
        assert.deepEqual(edges.toSorted(), declared.toSorted());
        const routes = model.services.flatMap(({ name, routes: own }) => own.map(({ path }) => `${name} ${path}`));
        const drawn = lines.flatMap((line) => {
          const [, path, to] = /^ {2}host_\d+ ==>\|"(.*)<br\/>\w+"\| service_(\w+)$/.exec(line) ?? [];
          return path === undefined ? [] : [`${to} ${path}`];
        });
        assert.deepEqual(drawn.toSorted(), routes.toSorted());
      }
    }),
    { numRuns: 100 },
  );
});

test("the marks of a service: GPU where it runs, mocked where it does not", async () => {
  const { inputs } = await readInputs(".");
  const marks = ["local", "airgap"].map((environment) => nodeIn(graphOf(inputs, environment), "vllm").marks);
  assert.deepEqual(marks, [["mocked"], ["GPU"]]);
  assert.match(
    mermaid(graphOf(inputs, "local")),
    /classDef mocked .*\n {2}class service_ollama,service_transcription,service_vllm mocked$/m,
  );
});

test("without an environment routes are those that are written, on any host", async () => {
  const { inputs } = await readInputs(".");
  assert.match(
    mermaid(graphOf(inputs, null)),
    /\(\["any host<br\/>Ingress"\]\)[^]*host_0 ==>\|"\/api<br\/>http"\| service_core/,
  );
});

test("what is outside of the cluster has a group and a shape of its own", async () => {
  const external = aNode("service ledger", {
    kind: "External",
    ports: [{ name: "https", detail: "443", isScraped: false }],
  });
  const graph: PlatformGraph = {
    ...MANY_PORTS,
    groups: [{ id: "external", title: "outside of the cluster", note: null, nodes: [external] }],
    edges: [],
  };
  assert.match(mermaid(graph), /service_ledger\{\{"ledger<br\/>External"\}\}[^]*class service_ledger external/);
  assert.match(await svg(graph), /class="service is-external"/);
});

test("no text, however hostile, is read as markup", async () => {
  const paths = [...new Set(HOSTILE.map((text) => `/${text}`))];
  const host = aNode("host <x>", { title: '"]--><x>', kind: "Ingress", paths });
  const target = aNode("service api", { ports: [{ name: "http", detail: "80", isScraped: false }] });
  const edges = paths.map((path) => ({ kind: "route", from: host.id, path, to: target.id, ports: ["http"] }) as const);
  const graph: PlatformGraph = { ...MANY_PORTS, groups: [group("a", [host]), group("b", [target])], edges };
  const labels = mermaid(graph).split("\n").slice(4);
  for (const line of labels) assert.match(line, /^[^"]*(?:"(?:[\p{L}\p{N} ./,:=()×–◉·-]|#\d+;|<br\/>)*"[^"]*)?$/u);
  const text = await svg(graph);
  const inner = [...text.matchAll(/>([^<]*)</g)].map(([, words = ""]) => words).join("");
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  assert.doesNotMatch(inner.replaceAll(/&(?:amp|lt|gt|quot|#\d+);/g, ""), /&/);
  assert.equal(text.split("<x>").length, 1);
});

function nodeIn(graph: PlatformGraph, title: string): GraphNode {
  const found = graph.groups.flatMap(({ nodes }) => nodes).find((node) => node.title === title);
  assert.ok(found, title);
  return found;
}
