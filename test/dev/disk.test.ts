import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lowDisk } from "../../dev/build/low-disk.ts";
import { type BuiltImage, unneeded } from "../../dev/delivery/disk/keep.ts";
import {
  blobSizes,
  freeSpace,
  imageDigests,
  imageStatuses,
  snapshotterOf,
  usedImages,
} from "../../dev/delivery/nodes/listings.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const images = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(..."abcdefghij".split("")).map((letter) => `docker.io/x/y:${letter}`),
    digest: fc.constantFrom(..."abcdef".split("")).map(digest),
    created: fc.integer({ min: 1, max: 9 }).map((day) => `2026-01-0${day}T00:00:00Z`),
  }),
  { selector: ({ name }) => name },
);

test("the newest three stay, and the one that was delivered, and what a pod uses; all others go", () => {
  fc.assert(
    fc.property(
      images,
      fc.uniqueArray(fc.constantFrom(..."abcdef".split("")).map(digest)),
      fc.nat(9),
      (all, used, at) => {
        const delivered = all[at % Math.max(1, all.length)]?.name ?? "";
        const gone = unneeded(all, delivered, new Set(used));
        const kept = all.filter((image) => !gone.includes(image));
        assert.ok(gone.every((image) => all.includes(image)));
        assert.ok(!gone.some(({ name }) => name === delivered));
        assert.ok(!gone.some((image) => used.includes(image.digest)));
        assert.ok(kept.filter(({ digest: one }) => !used.includes(one)).length <= 3);
        assert.ok(kept.length >= Math.min(3, all.length));
        const oldest = (list: readonly BuiltImage[]): string => list.map(({ created }) => created).toSorted()[0] ?? "9";
        const free = kept.filter(({ digest: one, name }) => !used.includes(one) && name !== delivered);
        assert.ok(free.length === 0 || gone.every(({ created }) => created <= oldest(free)));
      },
    ),
  );
});

test("a tenth of a disk is little", () => {
  assert.deepEqual(
    [0, 9, 10, 11].map((freeBytes) => lowDisk("node a", { freeBytes, totalBytes: 100 })?.message),
    ["only 0.0 GiB (0 %) of its disk is free", "only 0.0 GiB (9 %) of its disk is free", undefined, undefined],
  );
});

test("what nodes print is read", () => {
  const [a, b] = [digest("a"), digest("b")];
  const check = [
    "REF                 TYPE                                       DIGEST STATUS           SIZE       UNPACKED",
    `docker.io/x/y:1     application/vnd.oci.image.manifest.v1+json ${a} complete (3/3)   2.3/2.3 MiB true`,
    `docker.io/x/y:2     application/vnd.oci.image.manifest.v1+json ${b} incomplete (1/3) 0.0/2.3 MiB false`,
    `docker.io/x/y:3     application/vnd.oci.image.manifest.v1+json ${b} incomplete (2/3) 0.0/2.3 MiB true`,
  ].join("\n");
  assert.deepEqual(
    [...imageStatuses(check)].map(([name, { isUsable }]) => [name, isUsable]),
    [
      ["docker.io/x/y:1", true],
      ["docker.io/x/y:2", false],
      // Its layers are unpacked, only their archives are gone: pods start.
      ["docker.io/x/y:3", true],
    ],
  );
  assert.deepEqual([...blobSizes(`total 4\n-r--r--r-- 1 0 0 1918 Nov 28 23:41 ${"a".repeat(64)}\n`)], [[a, 1918]]);
  assert.deepEqual([...imageDigests(`REF TYPE DIGEST\nx/y:1 application/json ${a} 2 MiB\n`)], [["x/y:1", a]]);
  assert.deepEqual([...usedImages("CONTAINER IMAGE RUNTIME\nabc  x/y:1  io.containerd.runc.v2 \n")], ["x/y:1"]);
  assert.equal(snapshotterOf('  snapshotter = "native"\n'), "native");
  assert.equal(snapshotterOf(""), null);
  const df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 1000 300 700 30% /var\n";
  assert.deepEqual(freeSpace(df), { freeBytes: 700 * 1024, totalBytes: 1000 * 1024 });
});
