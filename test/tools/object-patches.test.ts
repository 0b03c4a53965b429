import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../tools/lib/errors.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { render } from "../../tools/render/render.ts";
import { inputsOf } from "../support/inputs.ts";

// Patches of the registry's own: each lands on one object, or the user hears of it.

test("a patch changes the object that it names, and nothing else", () => {
  const plain = drawn({});
  const patched = drawn({
    kind: "Service",
    operations: [{ op: "add", path: "/spec/sessionAffinity", value: "ClientIP" }],
  });
  const changed = patched.filter((one, i) => JSON.stringify(one) !== JSON.stringify(plain[i]));
  assert.deepEqual(
    changed.map(({ object }) => [object.kind, (object["spec"] as { sessionAffinity?: string }).sessionAffinity]),
    [["Service", "ClientIP"]],
  );
});

for (const [name, patch, code] of [
  [
    "a kind that the service has not",
    { kind: "Ingress", operations: [{ op: "remove", path: "/spec" }] },
    "PATCH_MATCHES_NOTHING",
  ],
  [
    "a name that no object has",
    { kind: "Service", name: "wbe", operations: [{ op: "remove", path: "/spec" }] },
    "PATCH_MATCHES_NOTHING",
  ],
  [
    "a path that is not there",
    { kind: "Service", operations: [{ op: "replace", path: "/spec/nothing/here", value: 1 }] },
    "PATCH_FAILED",
  ],
  [
    "a test that does not hold",
    { kind: "Service", operations: [{ op: "test", path: "/spec/type", value: "NodePort" }] },
    "PATCH_FAILED",
  ],
] as const)
  test(`${name}: an error at the patch`, () => {
    assert.throws(
      () => drawn(patch),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.deepEqual(
          error.findings.map((finding) => finding.code),
          [code],
        );
        assert.match(error.findings[0]?.where ?? "", /^services\.json:\d+:\d+$/);
        return true;
      },
    );
  });

function drawn(patch: object) {
  const registry = {
    name: "one",
    namespaces: { one: {} },
    environments: { prod: { profile: "prod" } },
    services: {
      web: {
        image: "one/web:1.0",
        ports: { http: { containerPort: 8080 } },
        ...("kind" in patch && { patches: { mine: patch } }),
      },
    },
  };
  return render(environmentModel(inputsOf(registry), "prod"));
}
