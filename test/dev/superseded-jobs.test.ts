import assert from "node:assert/strict";
import { test } from "node:test";
import { supersededArgs } from "../../dev/cluster/superseded-jobs.ts";
import type { KubeObject } from "../../tools/render/object.ts";

const job = (name: string): KubeObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, namespace: "apps", labels: { "app.kubernetes.io/part-of": "shop" } },
});

test("jobs of former versions are deleted, those of this one are not", () => {
  const args = supersededArgs("core", [job("core-migrate-1"), job("core-seed-2")]);
  assert.ok(args);
  assert.deepEqual(args.slice(0, 4), ["delete", "jobs", "--namespace", "apps"]);
  assert.equal(args[args.indexOf("--field-selector") + 1], "metadata.name!=core-migrate-1,metadata.name!=core-seed-2");
  assert.match(args[args.indexOf("--selector") + 1] ?? "", /managed-by=slipway,.*part-of=shop,.*name=core$/);
});

test("a service without jobs deletes none", () => {
  assert.equal(supersededArgs("web", [{ apiVersion: "v1", kind: "Service", metadata: { name: "web" } }]), null);
});
