import assert from "node:assert/strict";
import { test } from "node:test";
import { kubectlCommands } from "../../dev/print-kubectl.ts";
import { targetOf } from "../../dev/sources/target.ts";
import { WORKLOAD_KINDS } from "../../dev/cluster/rollout.ts";
import { readInputs } from "../../tools/registry/read.ts";

// What runs elsewhere is applied like everything else, and there is nothing of it to build, to wait for or to forward to.

test("a service that runs elsewhere: its Service is all that there is", async () => {
  const { inputs } = await readInputs("test/golden/network");
  const target = targetOf(inputs, "open", null);
  const found = target.services.find(({ name }) => name === "directory");
  assert.deepEqual([found?.images, found?.dependsOn, found?.forwards], [[], [], []]);
  const { objects } = target.draw("directory", new Map());
  assert.deepEqual(
    objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace]),
    [["Service", "directory", "data"]],
  );
  assert.ok(objects.every(({ kind }) => !WORKLOAD_KINDS.includes(kind)));
});

test("it is applied before its callers, and no command waits for it", async () => {
  const { inputs } = await readInputs("test/golden/network");
  const commands = kubectlCommands(targetOf(inputs, "open", null), "kind-x");
  const place = (part: string): number => commands.findIndex((command) => command.includes(part));
  assert.ok(place("overlays/open/directory") >= 0 && place("overlays/open/directory") < place("overlays/open/api"));
  assert.equal(place("/directory -n"), -1);
});

test("nothing of it is built where it runs elsewhere, though it is built where it runs here", async () => {
  const { inputs } = await readInputs("test/golden/network");
  const registry = structuredClone(inputs.registry);
  const queue = registry.services["queue"];
  assert.ok(queue);
  // What was read never changes: a changed registry is another one.
  const built = (): readonly string[] =>
    targetOf({ ...inputs, registry: structuredClone(registry) }, "open", null).images.map(({ name }) => name);
  queue.build = { context: "queue" };
  assert.deepEqual(built(), ["queue"]);
  queue.environments = { open: { kind: "External", external: { host: "queue.example" } } };
  assert.deepEqual(built(), []);
});
