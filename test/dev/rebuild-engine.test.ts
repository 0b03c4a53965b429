import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type WatchingBuilder, imageBuilder } from "../../dev/build/builder.ts";
import { docker, skipWithoutDocker } from "../services/docker.ts";
import { aRoot, engine, repository, theImage } from "../support/engine-root.ts";

// The key `r` with the real engine: what a RUN leaves behind changes only when it runs again.

const options = { skip: skipWithoutDocker, timeout: 300_000 };
const neverAborted = new AbortController().signal;

interface Built {
  readonly tag: string;
  readonly isCached: boolean;
  /** Another one whenever its RUN ran: busybox knows no time shorter than a second. */
  readonly stamp: string;
}

async function build(builder: WatchingBuilder, rebuilds: number, isAnew: boolean): Promise<Built> {
  const common = { key: "", subject: "web", image: theImage(), bases: new Map<string, string>(), rebuilds };
  const tag = await builder.digest({ ...common, type: "digest" }, neverAborted);
  const isCached = await builder.build({ ...common, type: "build", tag, isAnew }, neverAborted);
  return { tag, isCached, stamp: await docker("run", "--rm", tag, "cat", "/x") };
}

async function aStampedRoot(t: TestContext): Promise<string> {
  // No other run of this test has left a layer of it.
  const mark = randomBytes(6).toString("hex");
  const dockerfile = `FROM busybox:1.36\nRUN cat /proc/sys/kernel/random/uuid > /x # ${mark}\nCOPY a.txt /\n`;
  return aRoot(t, { Dockerfile: dockerfile, "a.txt": "1" });
}

test("what was asked to be built anew is, and what is built after it has its layers", options, async (t) => {
  const root = await aStampedRoot(t);
  const session = imageBuilder(root, () => engine);
  const first = await build(session, 0, false);
  await docker("image", "tag", first.tag, `${repository}:kept`);
  await docker("image", "rm", first.tag);
  const again = await build(session, 0, false);
  assert.deepEqual([again.isCached, again.stamp], [false, first.stamp], "the cache answers who does not ask for more");
  const anew = await build(session, 1, true);
  assert.equal(anew.isCached, false);
  assert.notEqual(anew.tag, first.tag);
  assert.notEqual(anew.stamp, first.stamp);
  await writeFile(join(root, "a.txt"), "2");
  const later = await build(session, 1, false);
  assert.notEqual(later.tag, anew.tag);
  assert.equal(later.stamp, anew.stamp);
});

test(
  "another session's first rebuild is none of an earlier session; without one its tag is the content's",
  options,
  async (t) => {
    const root = await aStampedRoot(t);
    const [one, other] = [imageBuilder(root, () => engine), imageBuilder(root, () => engine)];
    const first = await build(one, 0, false);
    const rebuilt = await build(one, 1, true);
    assert.deepEqual(await build(other, 0, false), { ...first, isCached: true });
    const anew = await build(other, 1, true);
    assert.equal(anew.isCached, false);
    assert.equal(new Set([first.tag, rebuilt.tag, anew.tag]).size, 3);
    assert.equal(new Set([first.stamp, rebuilt.stamp, anew.stamp]).size, 3);
  },
);
