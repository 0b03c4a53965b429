import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Seen, planApply, wavesOf } from "../../dev/cluster/apply-plan.ts";
import { type Owned, decodeInventory, encodeInventory, hashOf, idOf, keyOf } from "../../dev/cluster/inventory.ts";
import { targetOf } from "../../dev/sources/target.ts";
import { readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";

// What the loop applies and in which order, decided before anything is asked of the cluster.

const object = fc.record({
  apiVersion: fc.constantFrom("v1", "apps/v1"),
  kind: fc.constantFrom("Namespace", "CustomResourceDefinition", "ConfigMap", "Deployment", "Widget", "APIService"),
  metadata: fc.record({ name: fc.constantFrom("a", "b", "c"), namespace: fc.constantFrom("x", "y") }),
  data: fc.constantFrom({ v: "1" }, { v: "2" }),
});
const drawing: fc.Arbitrary<KubeObject[]> = fc.uniqueArray(object, {
  selector: (one) => idOf(keyOf(one)),
  maxLength: 12,
});

/** A cluster that does what it is told. */
interface World {
  readonly inventory: Map<string, Owned>;
  readonly live: Map<string, Seen>;
}

function carryOut({ inventory, live }: World, objects: readonly KubeObject[]): { sent: string[]; pruned: string[] } {
  const plan = planApply(objects, inventory, (key) => live.get(idOf(key)) ?? null);
  const sent = plan.waves.flat().map((one) => {
    const id = idOf(keyOf(one));
    const observed = `${hashOf(one)}-seen`;
    inventory.set(id, { ...keyOf(one), hash: hashOf(one), observed });
    live.set(id, { uid: id, version: 1, observed, isDeleting: false, lastManager: null });
    return id;
  });
  const pruned = plan.stale.map(idOf);
  for (const id of pruned) {
    inventory.delete(id);
    live.delete(id);
  }
  return { sent, pruned };
}

test("whatever is drawn one after the other, the cluster has it, no more, and is then left alone", () => {
  fc.assert(
    fc.property(fc.array(drawing, { maxLength: 6 }), (drawings) => {
      const world: World = { inventory: new Map(), live: new Map() };
      let before = new Map<string, string>();
      for (const objects of drawings) {
        const now = new Map(objects.map((one) => [idOf(keyOf(one)), hashOf(one)]));
        const { sent, pruned } = carryOut(world, objects);
        assert.deepEqual([...world.live.keys()].toSorted(), [...now.keys()].toSorted());
        assert.deepEqual(
          sent.toSorted(),
          [...now].flatMap(([id, hash]) => (before.get(id) === hash ? [] : [id])).toSorted(),
        );
        assert.deepEqual(pruned.toSorted(), [...before.keys()].filter((id) => !now.has(id)).toSorted());
        assert.deepEqual(carryOut(world, objects), { sent: [], pruned: [] });
        before = now;
      }
    }),
  );
});

test("what somebody else changed, deleted or is deleting is sent, and nothing else", () => {
  const harm = fc.array(fc.tuple(fc.nat(), fc.constantFrom("changed", "deleted", "deleting", "unknown")), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(drawing, harm, (objects, harms) => {
      const world: World = { inventory: new Map(), live: new Map() };
      carryOut(world, objects);
      const harmed = new Set<string>();
      for (const [at, what] of harms) {
        const [id, seen] = [...world.live][at % Math.max(1, world.live.size)] ?? [];
        if (id === undefined || !seen) continue;
        harmed.add(id);
        if (what === "deleted") world.live.delete(id);
        else if (what === "unknown") world.inventory.set(id, { ...(world.inventory.get(id) as Owned), hash: null });
        else world.live.set(id, { ...seen, ...(what === "changed" ? { observed: "other" } : { isDeleting: true }) });
      }
      assert.deepEqual(carryOut(world, objects).sent.toSorted(), [...harmed].toSorted());
    }),
  );
});

test("what others need is in an earlier wave, and a wave is never empty", () => {
  fc.assert(
    fc.property(drawing, (objects) => {
      const waves = wavesOf(objects);
      assert.deepEqual(waves.flat().map(hashOf).toSorted(), objects.map(hashOf).toSorted());
      const at = (kind: string): number => waves.findIndex((wave) => wave.some((one) => one.kind === kind));
      const order = ["Namespace", "CustomResourceDefinition", "ConfigMap", "Deployment", "APIService"]
        .map(at)
        .filter((i) => i >= 0);
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(order).size, order.length);
      assert.ok(waves.every((wave) => wave.length > 0));
    }),
  );
});

test("a Job that removes itself when it is done has not gone missing", () => {
  const job = (spec: object): KubeObject => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "a" }, spec });
  const waves = (one: KubeObject): number => {
    const inventory = new Map([[idOf(keyOf(one)), { ...keyOf(one), hash: hashOf(one), observed: "seen" }]]);
    return planApply([one], inventory, () => null).waves.length;
  };
  assert.equal(waves(job({ ttlSecondsAfterFinished: 60 })), 0);
  assert.equal(waves(job({})), 1);
});

test("an inventory is read as it was written, whatever lies around it", () => {
  const word = fc.constantFrom("a", "b-c", "system:x", "a.b");
  const entry = fc.record(
    {
      apiVersion: fc.constantFrom("v1", "apps/v1", "example.com/v1beta1"),
      kind: fc.constantFrom("Deployment", "ClusterRole"),
      namespace: fc.option(word),
      name: word,
      hash: fc.option(fc.constant("0123456789abcdef")),
      observed: fc.option(fc.constantFrom("0123456789abcdef", "0123456789abcdef.2", "0123456789abcdef.auto")),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: idOf }), (entries) => {
      const text = encodeInventory(entries);
      assert.deepEqual(
        new Map(decodeInventory(text).map((one) => [idOf(one), one])),
        new Map(entries.map((one) => [idOf(one), one])),
      );
      assert.equal(encodeInventory(entries.toReversed()), text);
      assert.deepEqual(decodeInventory(`# by hand\n\n${text}\nhalf a line`), decodeInventory(text));
    }),
  );
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
