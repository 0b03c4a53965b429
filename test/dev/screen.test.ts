import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { ScreenModel } from "../../dev/ui/screen-model.ts";
import { screenModel } from "../../dev/ui/screen-model.ts";
import type { Size } from "../../dev/ui/view-state.ts";
import { assertGolden } from "../support/golden.ts";
import { screenText } from "../support/screen-text.ts";
import { ABOUT, brokenBuild, crashed, story, twentyServices, unreachable } from "./screen-states.ts";

// Whole screens of made-up sessions, as a terminal without colours shows them.

const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
  { columns: 40, rows: 12 },
  { columns: 30, rows: 10 },
  { columns: 12, rows: 3 },
];
const NOW_MS = 112_300;

test("screens are as they were when somebody looked at them", async () => {
  const screens = new Map<string, string>();
  const add = (name: string, model: ScreenModel, sizes: readonly Size[]): void => {
    for (const size of sizes)
      screens.set(`golden-screen/${name}-${size.columns}x${size.rows}.txt`, screenText(model.rows(size, NOW_MS), size));
  };
  const [usual = assert.fail(), wide = assert.fail(), narrow = assert.fail()] = SIZES;
  add("first", screenModel("mage"), [usual]);
  add("all-ready", session(), [usual, wide]);
  add("busy", busy(), SIZES);
  add("failed", failed(), SIZES);
  add("log", press(busy(), usual, "tab", "tab", "l"), [usual, narrow]);
  add("no-log", press(busy(), usual, "l", "l"), [usual]);
  add("detail", press(failed(), usual, "enter"), [usual, narrow]);
  add("crash", press(busy(), usual, "enter"), [usual, narrow]);
  add("help", press(failed(), usual, "?"), [usual, narrow]);
  add("selected", press(failed(), narrow, ...Array.from({ length: 12 }, () => "j")), [usual, narrow]);
  add("stopping", stopping(), [usual]);
  add("lost", lost(), [usual, narrow]);
  await assertGolden("test", ["golden-screen"], screens);
});

test("docs/screen.md shows a screen as it is", () => {
  const size = { columns: 80, rows: 24 };
  const lines = screenText(busy().rows(size, NOW_MS), size).split("\n").slice(1, -2);
  const [, shown = ""] = /```text\n([^]*?)\n```/.exec(readFileSync("docs/screen.md", "utf8")) ?? [];
  assert.equal(shown, lines.map((line) => line.slice(1)).join("\n"));
});

test("what is troubled is on the screen, with its fix, wherever there is room for two rows of it", () => {
  for (const size of SIZES.slice(0, 4)) {
    const text = screenText(failed().rows(size, NOW_MS), size);
    assert.match(text, /✗ core/);
    assert.match(text, /fix: correct the/);
  }
});

test("an error that was cut is whole in the details", () => {
  const size = { columns: 40, rows: 24 };
  const text = screenText(press(failed(), size, "enter").rows(size, NOW_MS), size);
  const words = text.replaceAll(/\n\|\s*/g, " ");
  for (const part of [brokenBuild.where, brokenBuild.message, brokenBuild.fix, brokenBuild.code])
    assert.ok(words.replaceAll(" ", "").includes(part.replaceAll(" ", "")), `${part} is missing in\n${text}`);
});

test("nothing is called Ready while the cluster is away, and all of it is again when it is back", () => {
  const size = { columns: 80, rows: 40 };
  const { model, told } = begun();
  const text = (): string => screenText(model.rows(size, NOW_MS), size);
  const before = text();
  told.happen({ type: "cluster-lost", finding: unreachable });
  assert.match(text(), /cluster lost/);
  assert.match(text(), /CLUSTER_UNREACHABLE/);
  assert.doesNotMatch(tableOf(text()), /ready/i);
  told.happen({ type: "cluster-returned" });
  assert.equal(tableOf(text()), tableOf(before));

  /** Without the log, which remembers. */
  function tableOf(screen: string): string {
    return screen.slice(0, screen.indexOf("─"));
  }
});

test("the time budget names each stage of the last change and all of them together", () => {
  const size = { columns: 80, rows: 24 };
  const text = screenText(session().rows(size, NOW_MS), size);
  assert.match(text, /core {2}digest 4 · build 61 · deliver 48 · apply 9 · start 490 · total 612 ms/);
});

/** Everything is Ready, and one change after that. */
function session(): ScreenModel {
  return begun().model;
}

function begun() {
  const model = screenModel("mage");
  model.begin(ABOUT);
  model.podsFrom((service) => (service === "chat" ? 0 : 1));
  const told = story(model.turn);
  told.happen({ type: "target-read", target: twentyServices(), atMs: 0 });
  told.settle(1000);
  told.happen({ type: "files-changed", paths: ["services/core/main.ts"], atMs: 100_000 });
  told.finish("digest core", 100_004, 4);
  told.finish("build core", 100_065, 61);
  told.finish("deliver core", 100_113, 48);
  told.finish("apply core", 100_122, 9);
  told.finish("observe core", 100_612, 490);
  return { model, told };
}

/** One service is built, another one crashes, a third is looked at. */
function busy(): ScreenModel {
  const { model, told } = begun();
  const changed = ["chat", "core", "agent"].map((name) => `services/${name}/main.ts`);
  told.happen({ type: "files-changed", paths: changed, atMs: 110_000 });
  told.start("digest agent", 110_001);
  told.finish("digest core", 110_010, 8);
  told.start("build core", 110_011);
  for (const [name, atMs] of Object.entries({ digest: 110_010, build: 110_200, deliver: 110_260, apply: 110_300 }))
    told.finish(`${name} chat`, atMs, 9);
  told.start("observe chat", 110_301);
  model.building("core", { vertex: "[build 2/7] RUN npm ci", log: null });
  model.building("core", { vertex: "[build 2/7] RUN npm ci", log: "added 61 packages in 2s" });
  model.building("core", { vertex: "[build 2/7] RUN npm ci", log: "漢字 und 🚀: \u001b[31mred\u001b[0m\tand tabs" });
  told.happen({ type: "service-troubled", service: "chat", finding: crashed, isFinal: false });
  return model;
}

/** Everything is Ready, and then nobody knows. */
function lost(): ScreenModel {
  const { model, told } = begun();
  told.happen({ type: "cluster-lost", finding: unreachable });
  return model;
}

/** A build has failed, one service is disabled, and the loop is paused with something to do. */
function failed(): ScreenModel {
  const { model, told } = begun();
  told.happen({ type: "commanded", command: { type: "disable", service: "redis" }, atMs: 105_000 });
  told.settle(105_100);
  told.happen({ type: "files-changed", paths: ["services/core/main.ts"], atMs: 110_000 });
  told.finish("digest core", 110_010, 8);
  told.fail("build core", brokenBuild, 112_000, 1990);
  told.happen({ type: "commanded", command: { type: "pause" }, atMs: 112_100 });
  told.happen({ type: "files-changed", paths: ["services/agent/main.ts"], atMs: 112_200 });
  return model;
}

function stopping(): ScreenModel {
  const { model, told } = begun();
  told.happen({ type: "stop-requested" });
  return model;
}

function press(model: ScreenModel, size: Size, ...keys: readonly string[]): ScreenModel {
  for (const key of keys) assert.equal(model.press(key, size), null);
  return model;
}
