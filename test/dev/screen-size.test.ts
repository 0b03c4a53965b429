import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import stringWidth from "string-width";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Command } from "../../dev/core/events.ts";
import { plan } from "../../dev/core/plan.ts";
import { textOfRow } from "../../dev/ui/cells.ts";
import { type ScreenModel, screenModel } from "../../dev/ui/screen-model.ts";
import { cut, pad, printable, widthOf, wrap } from "../../dev/ui/width.ts";
import { NO_LIMITS, aService, aTarget, anImage } from "./fixture.ts";
import { ABOUT, story } from "./screen-states.ts";

// Whatever happens, and however small the terminal is: the screen is never wider or higher than it.

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "漢字かな交じり",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪",
    "e\u0301a\u0308",
    "\u001b[31mred\u001b[0m",
    "a\tb\r\nc",
    "\ud800",
    "شكرا\u202e",
    "x".repeat(300),
  ),
);
const finding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constant("CODE"),
  severity: fc.constantFrom("error", "warning"),
  where: text,
  message: text,
  fix: text,
});
const name = fc.oneof(
  text.map(printable).filter((one) => one !== ""),
  fc.constantFrom("core", "db", "a-service-with-quite-a-long-name-of-its-own"),
);
const size = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 60 }) });
const key = fc.constantFrom(
  "j",
  "k",
  "l",
  "l",
  "tab",
  "enter",
  "?",
  "escape",
  "pageup",
  "pagedown",
  "up",
  "down",
  "x",
  "",
);
const happening = fc.oneof(
  fc.record({ type: fc.constantFrom("start", "finish", "fail", "cancel"), at: fc.nat(), finding }),
  fc.record({ type: fc.constant("trouble"), at: fc.nat(), finding }),
  fc.record({
    type: fc.constantFrom("save", "disable", "enable", "rebuild", "restart", "pause", "resume", "recover"),
    at: fc.nat(),
  }),
  fc.record({ type: fc.constant("print"), at: fc.nat(), text }),
  fc.record({ type: fc.constant("key"), key }),
);

test("no row is wider than the terminal, and there are as many as it has", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 1, maxLength: 30 }),
      fc.array(happening, { maxLength: 60 }),
      size,
      (names, all, one) => {
        const model = played(names, all, one);
        const rows = model.rows(one, 60_000);
        assert.equal(rows.length, one.rows);
        for (const row of rows) {
          const line = textOfRow(row);
          assert.ok(stringWidth(line) <= one.columns, `${stringWidth(line)} > ${one.columns}: ${JSON.stringify(line)}`);
          // oxlint-disable-next-line no-control-regex
          assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("texts are cut, filled and wrapped to a width, and nothing of what is wrapped is lost", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 50 }), (written, columns) => {
      const shown = printable(written);
      assert.ok(widthOf(cut(shown, columns)) <= columns);
      assert.equal(widthOf(pad(shown, columns)), columns);
      const lines = wrap(shown, columns);
      for (const line of lines) assert.ok(widthOf(line) <= columns, JSON.stringify(line));
      // One character may be wider than all the room there is.
      if (shown.split(" ").every((word) => widthOf(word) <= columns || /^[!-~]*$/.test(word)))
        assert.equal(lines.join("").replaceAll(" ", ""), shown.replaceAll(" ", ""));
    }),
    { numRuns: 2000, examples: [["\u0d4e", 5]] },
  );
});

function played(
  names: readonly string[],
  all: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[],
  one: { columns: number; rows: number },
): ScreenModel {
  const model = screenModel("mage");
  model.begin(ABOUT);
  const { happen, state } = story(model.turn);
  happen({
    type: "target-read",
    target: aTarget(
      names.map((each) => anImage(each)),
      names.map((each, at) =>
        aService(each, { dependsOn: at === 0 ? [] : [{ service: names[0] ?? "", condition: "healthy" }] }),
      ),
    ),
    atMs: 0,
  });
  let atMs = 1;
  for (const what of all) {
    atMs += 7;
    if ("key" in what) model.press(what.key, one);
    else act(what);
  }
  return model;

  function act(what: {
    readonly type: string;
    readonly at: number;
    readonly finding?: Finding;
    readonly text?: string;
  }): void {
    const service = names[what.at % names.length] ?? assert.fail();
    const running = [...state().running.values()];
    const step = running[what.at % running.length];
    const steps = plan(state(), NO_LIMITS).steps.filter(({ key: one }) => !state().running.has(one));
    const next = steps[what.at % steps.length];
    switch (what.type) {
      case "start":
        return next && happen({ type: "step-started", step: next, atMs });
      case "fail":
        return step && happen({ type: "step-failed", step, findings: what.finding ? [what.finding] : [], ms: atMs });
      case "cancel":
        return step && happen({ type: "step-cancelled", step });
      case "trouble":
        return (
          what.finding &&
          happen({ type: "service-troubled", service, finding: what.finding, isFinal: what.at % 2 === 0 })
        );
      case "recover":
        return happen({ type: "service-recovered", service });
      case "save":
        return happen({ type: "files-changed", paths: [`services/${service}/a`], atMs });
      case "print":
        return model.building(service, { vertex: `[1/2] ${what.text ?? ""}`, log: what.text ?? null });
      case "finish":
        return undefined;
      default:
        return happen({
          type: "commanded",
          command: { type: what.type, service } as Command,
          atMs,
        });
    }
  }
}
