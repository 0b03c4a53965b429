import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arrange } from "../../tools/graph/arrange.ts";
import type { Drawing, Rectangle } from "../../tools/graph/drawing.ts";
import { svg } from "../../tools/graph/svg.ts";
import { escaped } from "../../tools/graph/xml.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { inputsOf } from "../support/inputs.ts";
import { MANY_PORTS, arbitraryPlatform, graphOf } from "../support/graphs.ts";

// Where everything stands in a picture, and that nothing stands over something else.

test("in a picture no box covers another, no line runs through a box, and nothing is outside", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPlatform, async (registry) => {
      const inputs = inputsOf(registry);
      const [environment = ""] = Object.keys(inputs.registry.environments);
      const graph = graphOf(inputs, environment);
      const drawing = await arrange(graph);
      assertTidy(drawing);
      assert.equal(drawing.boxes.length, graph.groups.flatMap(({ nodes }) => nodes).length);
      assert.equal(
        drawing.lines.length,
        graph.edges.reduce((sum, { ports }) => sum + Math.max(1, ports.length), 0),
      );
    }),
    { numRuns: 40 },
  );
});

test("a line begins at its caller's right side, or at its path, and ends at the row of its port", async () => {
  const drawing = await arrange(MANY_PORTS);
  for (const { edge, port, points } of drawing.lines) {
    const [first, last] = [points.at(0), points.at(-1)];
    const from = drawing.boxes.find(({ box }) => box.node.id === edge.from);
    const to = drawing.boxes.find(({ box }) => box.node.id === edge.to);
    assert.ok(first && last && from && to);
    assert.equal(first.x, from.x + from.width);
    assert.equal(last.x, to.x);
    const row = to.box.rows.find(({ name }) => name === port);
    assert.equal(last.y, port === null ? to.y + 17 : to.y + (row?.y ?? NaN));
  }
  const leaving = drawing.lines.filter(({ edge }) => edge.from === "service a").map(({ points }) => points[0]?.y);
  assert.equal(new Set(leaving).size, 5, "each line leaves at a place of its own: shared trunks would lie");
});

test("the same graph is drawn in the same bytes, whatever was drawn before", async () => {
  const { inputs } = await readInputs(".");
  const first = await svg(graphOf(inputs, "airgap"));
  await svg(MANY_PORTS);
  assert.equal(await svg(graphOf(inputs, "airgap")), first);
});

test("a picture needs nothing but itself, follows the reader's theme, and says what it shows", async () => {
  const { inputs } = await readInputs(".");
  const text = await svg(graphOf(inputs, "airgap"));
  assert.doesNotMatch(text, /<script|<foreignObject|@import|url\(|href=|https?:(?!\/\/www\.w3\.org\/2000\/svg")/);
  assert.match(text, /@media \(prefers-color-scheme: dark\)/);
  assert.match(text, /role="img" aria-labelledby="title desc"/);
  assert.match(text, /<title id="title">mage · airgap<\/title>/);
  assert.match(
    text,
    /<desc id="desc">[^<]*\bcore may connect to db: postgres\.[^<]*Metrics of [^.<]*\bcore metrics\b[^.<]* may be read by/,
  );
});

test("XML's own characters are escaped, and those that it cannot carry are replaced", () => {
  assert.equal(escaped(`a<b>&"c"'d\n`), "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#10;");
  assert.equal(escaped("\u0000x\ud800y\uffff🙂"), "\ufffdx\ufffdy\ufffd🙂");
});

function assertTidy({ width, height, groups, boxes, lines }: Drawing): void {
  for (const one of [...groups, ...boxes]) assert.ok(isWithin(one, { x: 0, y: 0, width, height }));
  for (const [i, one] of groups.entries()) for (const other of groups.slice(i + 1)) assert.ok(!overlap(one, other));
  for (const [i, one] of boxes.entries()) for (const other of boxes.slice(i + 1)) assert.ok(!overlap(one, other));
  for (const { points } of lines)
    points.slice(1).forEach((to, i) => {
      const from = points[i] ?? to;
      assert.ok(Math.abs(from.x - to.x) < 0.01 || Math.abs(from.y - to.y) < 0.01, "lines follow the axes");
      const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
      const piece = { x, y, width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) };
      assert.ok(isWithin(piece, { x: 0, y: 0, width, height }));
      for (const box of boxes) assert.ok(!overlap(piece, box), `a line runs through ${box.box.title}`);
    });
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function isWithin(inner: Rectangle, outer: Rectangle): boolean {
  const slack = 0.01;
  return (
    inner.x >= outer.x - slack &&
    inner.y >= outer.y - slack &&
    inner.x + inner.width <= outer.x + outer.width + slack &&
    inner.y + inner.height <= outer.y + outer.height + slack
  );
}
