import assert from "node:assert/strict";
import { test } from "node:test";
import { type Engine, connectEngine } from "../../dev/build/engine.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { provenCluster, skipWithoutCluster } from "../support/cluster.ts";
import { VersionedImage, isUsableByBothNames, nodeImagesOf } from "../support/delivered.ts";

// What a node is given is not what it should be: no name remains of it that no pod could be started from.

const skip = skipWithoutCluster();
const never = new AbortController().signal;

/** What becomes of a part of an archive on its way, and whether nothing comes after it. */
type Fault = (part: Uint8Array, index: number) => { readonly part: Uint8Array; readonly isLast: boolean } | null;

/** Only layers come in parts of this size. */
const ofLayer = (part: Uint8Array): boolean => part.length >= 2 ** 14;

const FAULTS: Readonly<Record<string, Fault>> = {
  "that ends after its manifest": (part, index) => (index === 0 ? { part, isLast: true } : null),
  "that ends in the middle of a layer": (part) =>
    ofLayer(part) ? { part: part.subarray(0, part.length / 2), isLast: true } : null,
  "with a layer of other bytes": (part) =>
    ofLayer(part) ? { part: part.map((byte) => byte ^ 1), isLast: false } : null,
};

for (const [what, fault] of Object.entries(FAULTS))
  test(`an archive ${what} leaves no name behind`, { skip, timeout: 120_000 }, async (t) => {
    const cluster = await provenCluster();
    const nodes = cluster.nodes.map(({ name }) => name);
    const node = nodes[0] ?? "";
    const engine = await connectEngine(cluster.dockerSocketPath ?? "");
    const image = new VersionedImage([2]);
    const wire = new Wire(engine);
    const delivery = clusterTypeOf(cluster).delivery(cluster, async () => wire.engine);
    t.after(async () => {
      await delivery.close();
      await cluster.release();
      image.remove(nodes);
    });
    const step = image.build();
    wire.fault = fault;
    await assert.rejects(
      delivery.deliver(step, never),
      (error) => error instanceof UserError && error.findings[0]?.code === "DELIVERY_FAILED",
    );
    assert.ok(wire.faults > 0, "nothing was broken on the way");
    assert.deepEqual(
      nodeImagesOf(node).filter(({ name }) => name.startsWith(`${image.nodeRepository}:`)),
      [],
    );
    wire.fault = null;
    await delivery.deliver(step, never);
    await isUsableByBothNames(node, step.tag);
  });

/** An engine whose way into nodes can be made faulty. */
class Wire {
  fault: Fault | null = null;
  faults = 0;
  readonly engine: Engine;

  constructor(real: Engine) {
    this.engine = { ...real, open: async (container, command) => this.#through(await real.open(container, command)) };
  }

  #through(program: Awaited<ReturnType<Engine["open"]>>): Awaited<ReturnType<Engine["open"]>> {
    const write = program.input.write.bind(program.input) as (part: Uint8Array | string) => boolean;
    let index = 0;
    let isCut = false;
    program.input.write = (part: Uint8Array | string) => {
      if (isCut) return true;
      // A command comes before its archive.
      if (typeof part === "string") index = -1;
      const changed = typeof part === "string" ? null : (this.fault?.(part, index) ?? null);
      index += 1;
      if (changed === null) return write(part);
      this.faults += 1;
      isCut = changed.isLast;
      write(changed.part);
      if (isCut) program.input.end();
      return true;
    };
    return program;
  }
}
