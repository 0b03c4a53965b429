import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeclaredException } from "../../tools/policy/exceptions.ts";
import type { Exception } from "../../tools/registry/schema/exception.ts";
import type { Placed } from "../../tools/render/render.ts";
import { answersTo } from "./answers.ts";
import type { Decision } from "./decisions.ts";
import type { LinterFinding } from "./linter.ts";

// What may answer a linter, and what may not.

const FINDING: LinterFinding = {
  tool: "checkov",
  id: "CKV_K8S_43",
  object: "Deployment/web",
  namespace: "shop",
  message: "Image should use digest",
};

const placed = [
  { service: "other", object: { kind: "Deployment", metadata: { name: "web", namespace: "elsewhere" } } },
  { service: "web", object: { kind: "Deployment", metadata: { name: "web", namespace: "shop" } } },
] as unknown as Placed[];

const PLACE = { environment: "enclave", profile: "airgap", placed };

const EXCEPTIONS: readonly (readonly [string, Partial<Exception>, Partial<DeclaredException>, boolean])[] = [
  ["for its id", {}, {}, true],
  ["for a check of ours that bears its id", { check: "IMAGE_DIGEST" }, {}, true],
  ["for another check of ours", { check: "PROBES" }, {}, false],
  ["for another id", { check: "checkov/CKV_K8S_4" }, {}, false],
  ["for the id without its linter", { check: "CKV_K8S_43" }, {}, false],
  ["of its service", {}, { service: "web" }, true],
  ["of another service with an object of that name", {}, { service: "other" }, false],
  ["of its environment", {}, { environment: "enclave" }, true],
  ["of another environment", {}, { environment: "local" }, false],
  ["for other environments", { environments: ["local"] }, {}, false],
  ["for its object", { object: "Deployment/web" }, {}, true],
  ["for another object", { object: "Deployment/api" }, {}, false],
  ["that holds until today", { expires: "2030-06-15" }, {}, true],
  ["that expired yesterday", { expires: "2030-06-14" }, {}, false],
];

for (const [name, exception, declared, isAnswer] of EXCEPTIONS)
  test(`an exception ${name} ${isAnswer ? "answers" : "does not answer"}`, () => {
    const whole = {
      exception: { check: "checkov/CKV_K8S_43", reason: "it is only a test", ...exception },
      where: "services.json:1:1",
      service: null,
      environment: null,
      ...declared,
    };
    assert.equal(answersTo(FINDING, PLACE, [whole], [], "2030-06-15").length, isAnswer ? 1 : 0);
  });

const DECISIONS: readonly (readonly [string, Partial<Decision>, boolean])[] = [
  ["on its id", {}, true],
  ["on another id", { check: "checkov/CKV_K8S_15" }, false],
  ["on our check that bears its id", { check: "IMAGE_DIGEST" }, false],
  ["for its profile", { profiles: ["prod", "airgap"] }, true],
  ["for another profile", { profiles: ["enclave"] }, false],
  ["for its object", { object: "Deployment/web" }, true],
  ["for another object", { object: "Deployment/api" }, false],
];

for (const [name, decision, isAnswer] of DECISIONS)
  test(`a decision ${name} ${isAnswer ? "answers" : "does not answer"}`, () => {
    const whole = { check: "checkov/CKV_K8S_43", reason: "it is only a test", ...decision };
    assert.equal(answersTo(FINDING, PLACE, [], [whole], "2030-06-15").length, isAnswer ? 1 : 0);
  });

test("all that answers is told, so that none is called idle because another was there first", () => {
  const exception = { check: "checkov/CKV_K8S_43", reason: "it is only a test" };
  const declared = { exception, where: "services.json:1:1", service: null, environment: null };
  const ours = { ...declared, exception: { ...exception, check: "IMAGE_DIGEST" } };
  assert.deepEqual(answersTo(FINDING, PLACE, [declared, ours], [exception], "2030-06-15"), [declared, ours, exception]);
});
