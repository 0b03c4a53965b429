import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { statfsSync } from "node:fs";
import { test } from "node:test";
import { boundHost } from "../../dev/build/disk.ts";
import type { EngineDisk } from "../../dev/build/engine-disk.ts";
import { connectEngine } from "../../dev/build/engine.ts";
import { type OwnImage, surplusImages } from "../../dev/build/surplus.ts";
import { skipWithoutDocker } from "../services/docker.ts";

const tag = (n: number): string => n.toString(16).padStart(12, "0");
const image = (n: number, more: Partial<OwnImage> = {}): OwnImage => ({
  id: `sha256:${n}`,
  name: "web",
  references: [`acme/web:${tag(n)}`],
  taggedAtMs: n,
  ...more,
});
const none = new Set<string>();

test("the newest contents of each image stay, what is used or named otherwise too, and what has no name goes", () => {
  const images = [
    ...[1, 2, 3, 4, 5, 6].map((n) => image(n)),
    image(0, { references: [`acme/web:${tag(0)}`, "someone/else:1"] }),
    image(10, { references: [`other/web:${tag(10)}`] }),
    image(11, { references: [] }),
    image(12, { references: [], id: "sha256:used" }),
    image(13, { references: ["acme/web:dev"] }),
  ];
  const used = new Set(["sha256:used", "sha256:2"]);
  assert.deepEqual(surplusImages(images, used, new Set([`acme/web:${tag(1)}`]), 3), [
    `acme/web:${tag(3)}`,
    `acme/web:${tag(0)}`,
    "sha256:11",
  ]);
  assert.deepEqual(surplusImages([], none, none, 3), []);
});

function fakeDisk(cacheBytes: number): { readonly disk: EngineDisk; readonly pruned: number[] } {
  const pruned: number[] = [];
  const disk: EngineDisk = {
    ownImages: async () => [image(1), image(2), image(3)],
    taggedAtMs: async (id) => (id === "sha256:1" ? 9 : null),
    usedImages: async () => none,
    remove: async (reference) => !reference.endsWith("2"),
    cacheBytes: async () => cacheBytes,
    pruneCache: async (keep) => (pruned.push(keep), cacheBytes - keep),
    dataFolder: async () => "/",
  };
  return { disk, pruned };
}

test("the cache is pruned only where it is too large, and the newest is the one that was named last", async () => {
  const small = fakeDisk(5);
  const bounded = await boundHost(small, { keep: [], last: 1, cacheBytes: 10 });
  assert.deepEqual([bounded.removed, bounded.prunedBytes, small.pruned], [[`acme/web:${tag(3)}`], 0, []]);
  const large = fakeDisk(25);
  const cut = await boundHost(large, { keep: [], cacheBytes: 10 });
  assert.equal(cut.prunedBytes, 15);
  assert.ok(
    cut.findings.some(({ code }) => code === "BUILD_CACHE_CUT"),
    "others use the cache too",
  );
  assert.deepEqual(large.pruned, [10]);
  const unasked = fakeDisk(25);
  await boundHost(unasked, { keep: [], cacheBytes: null });
  assert.deepEqual(unasked.pruned, []);
});

test("in a real engine", { skip: skipWithoutDocker }, async (t) => {
  const name = `disk-${randomBytes(4).toString("hex")}`;
  const docker = (args: readonly string[], input = ""): string =>
    execFileSync("docker", args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] }).trim();
  const build = (n: number, label: string, reference: string): string =>
    docker(["build", "--quiet", "--tag", reference, "-"], `FROM busybox:1.36\nENV N=${n}\n${label}`);
  const label = `LABEL slipway.dev/image=${name}\n`;
  const repository = `slipway-test/${name}`;
  let container = "";
  t.after(() => {
    if (container !== "") docker(["rm", container]);
    const left = docker(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repository])
      .split("\n")
      .filter(Boolean);
    if (left.length > 0) docker(["image", "rm", ...left]);
  });
  for (const n of [1, 2, 3, 4, 5, 6]) build(n, label, `${repository}:${tag(n)}`);
  build(7, "", `${repository}:${tag(7)}`);
  // What a killed session leaves: the same name twice, so that one image has lost its own.
  const lost = build(8, label, `${repository}:${tag(9)}`);
  build(9, label, `${repository}:${tag(9)}`);
  container = docker(["create", `${repository}:${tag(1)}`]);
  const { disk } = await connectEngine("/var/run/docker.sock");
  const own: EngineDisk = {
    ...disk,
    // Others use the engine at the same time.
    ownImages: async () => (await disk.ownImages()).filter((one) => one.name === name),
  };
  const { removed, findings } = await boundHost(
    { disk: own },
    { keep: [`${repository}:${tag(2)}`], cacheBytes: 2 ** 50 },
  );
  const expected = [...[3, 4].map((n) => `${repository}:${tag(n)}`), lost];
  assert.deepEqual(removed.toSorted(), expected.toSorted());
  // Of the machine that the tests run on.
  const { bavail, blocks } = statfsSync(await disk.dataFolder());
  assert.deepEqual(
    findings.map(({ code }) => code),
    bavail / blocks < 0.1 ? ["DISK_LOW"] : [],
  );
  const left = docker(["image", "ls", "--format", "{{.Tag}}", repository]).split("\n").toSorted();
  assert.deepEqual(left, [1, 2, 5, 6, 7, 9].map(tag));
  assert.equal(await disk.pruneCache(2 ** 50), 0, "the engine knows the words");
});
