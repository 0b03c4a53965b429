import assert from "node:assert/strict";
import { test } from "node:test";
import { declaredExceptions } from "../../tools/commands/check.ts";
import { environmentModel } from "../../tools/model/model.ts";
import type { Subject } from "../../tools/policy/check.ts";
import { CHECKS, type Report, runChecks } from "../../tools/policy/run.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import { type Placed, render } from "../../tools/render/render.ts";
import { FILES, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { PLANTED, type Planted } from "../support/planted-violations.ts";

const TODAY = "2030-06-15";

for (const root of [".", "examples/wrightnow"])
  test(`in ${root} nothing is found beyond its declared exceptions, and each of those is needed`, async () => {
    const { inputs, warnings } = await readInputs(root);
    const { findings, objects } = reportOf(inputs);
    assert.deepEqual([...warnings, ...findings], []);
    assert.ok(objects > 50);
  });

for (const { code, by, where, change, edit } of PLANTED)
  test(`${code} finds a violation by ${by}`, () => {
    const { findings } = reportOf(inputsOf(changedRegistry(change), FILES), edit);
    const found = findings.filter((finding) => finding.code === code);
    assert.deepEqual(found.map((finding) => finding.where.replace(/-[0-9a-f]{8}$/, "-*")).toSorted(), where.toSorted());
    for (const { message, fix } of found) assert.ok(message.length > 10 && fix.length > 10, message + fix);
  });

test("every check has a planted violation", () => {
  assert.deepEqual(new Set(PLANTED.map(({ code }) => code)), new Set(CHECKS.map(({ code }) => code)));
});

test("the registry that these are planted in has nothing else", () => {
  const { findings, answered } = reportOf(inputsOf(changedRegistry(), FILES));
  assert.deepEqual(findings, []);
  assert.deepEqual(new Set(answered.map(({ finding }) => finding.code)), new Set(["IMAGE_DIGEST"]));
});

test("an enclave without a registry of its own is told so", () => {
  const inputs = inputsOf(
    changedRegistry(({ environments }) => void delete environments!["enclave"].registry),
    FILES,
  );
  const fixes = reportOf(inputs).findings.map(({ fix }) => fix);
  assert.ok(fixes.length > 0);
  for (const fix of fixes) assert.match(fix, /environments\.enclave\.registry/);
});

function reportOf(inputs: Inputs, edit: Planted["edit"] = (object) => object): Report {
  const subjects = Object.keys(inputs.registry.environments).map((environment): Subject => {
    const model = environmentModel(inputs, environment);
    return { model, placed: render(model).flatMap((placed) => edited(placed, edit)) };
  });
  return runChecks(subjects, declaredExceptions(inputs), TODAY);
}

function edited(placed: Placed, edit: NonNullable<Planted["edit"]>): Placed[] {
  const object = edit(placed.object);
  return object ? [{ ...placed, object }] : [];
}
