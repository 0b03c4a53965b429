import assert from "node:assert/strict";
import { test } from "node:test";
import { applyObjects } from "../../dev/cluster/apply.ts";
import { targetOf } from "../../dev/sources/target.ts";
import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";

// In which order the loop applies what no service owns.

test("definitions are applied after namespaces, and served before anything else comes", async () => {
  const { kubectl, calls } = recorder();
  const objects = ["Widget", "Namespace", "CustomResourceDefinition", "ClusterRole"].map(objectOf);
  await applyObjects(kubectl, objects, new AbortController().signal);
  assert.deepEqual(calls, [
    "apply Namespace",
    "apply CustomResourceDefinition",
    "wait --for=condition=Established --timeout=60s customresourcedefinition/x",
    "apply Widget ClusterRole",
  ]);
});

test("without definitions everything goes at once, namespaces first", async () => {
  const { kubectl, calls } = recorder();
  await applyObjects(kubectl, ["Deployment", "Namespace"].map(objectOf), new AbortController().signal);
  assert.deepEqual(calls, ["apply Namespace Deployment"]);
});

test("what is refused ends it there", async () => {
  const { kubectl, calls } = recorder("CustomResourceDefinition");
  const objects = ["Widget", "CustomResourceDefinition"].map(objectOf);
  await assert.rejects(applyObjects(kubectl, objects, new AbortController().signal), UserError);
  assert.deepEqual(calls, ["apply CustomResourceDefinition"]);
});

test("what belongs to the cluster is shared, and no service's own", async () => {
  const { inputs } = await readInputs("test/golden/cluster");
  const target = targetOf(inputs, "local", ["worker"]);
  const { shared, sharedFolders } = target;
  const ids = shared.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  for (const id of ["Namespace/app", "CustomResourceDefinition/gadgets.example.com", "ClusterRole/orbit:app:api"])
    assert.ok(ids.includes(id), id);
  assert.ok(ids.includes("PriorityClass/critical") && ids.includes("Gadget/cache"));
  assert.deepEqual(sharedFolders, ["namespaces", "cluster/crds", "cluster", "gadgets", "cache"]);
  const own = target.draw("api", new Map()).objects.map(({ kind }) => kind);
  assert.ok(own.includes("Role") && !own.includes("ClusterRole"));
});

/** A kubectl that notes what it is asked for, and refuses objects of a kind. */
function recorder(refused = ""): { readonly kubectl: Kubectl; readonly calls: readonly string[] } {
  const calls: string[] = [];
  const run: Kubectl["run"] = (args, options) => {
    const { items = [] } = JSON.parse(options?.input ?? "{}") as { items?: KubeObject[] };
    const kinds = items.map(({ kind }) => kind);
    calls.push(args[0] === "apply" ? `apply ${kinds.join(" ")}` : args.join(" "));
    const exitCode = kinds.includes(refused) ? 1 : 0;
    return Promise.resolve({ exitCode, stdout: "", stderr: "Error from server: no", durationMs: 0 });
  };
  const never = (): never => assert.fail("nothing else is asked for");
  return { kubectl: { run, start: never, json: never }, calls };
}

function objectOf(kind: string): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "x" } };
}
