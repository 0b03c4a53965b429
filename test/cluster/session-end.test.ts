import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { SERVER, id, port, root, skip, write } from "../dev/small-platform.ts";
import { docker, eventually } from "../services/docker.ts";
import { provenCluster } from "../support/cluster.ts";
import { openShells, unusableIn } from "../support/delivered.ts";
import { DevProcess, running } from "../support/dev-process.ts";

// How a session ends in the middle of its work, and that nothing of it is left: at once when it is asked to end, by the next
// session when it was killed.

let cluster: LockedCluster | undefined;
const node = (): string => cluster?.nodes[0]?.name ?? "";

before(async () => {
  if (!skip) cluster = await provenCluster();
});
after(() => cluster?.release());

test(
  "Ctrl-C during a build: exit code 130 within three seconds, and the build ends too",
  { skip, timeout: 90_000 },
  async () => {
    await write("web/Dockerfile", `${SERVER}RUN sleep 60.03125\n`);
    const session = start();
    await eventually(async () => assert.equal(running("sleep 60.03125").length, 1), 30_000);
    await assertEnds(session);
    await eventually(async () => assert.deepEqual(running("sleep 60.03125"), []), 3000);
  },
);

// Large, of bytes that cannot be made smaller, and other ones each time.
const large = (): string => `${SERVER}RUN head -c 150000000 /dev/urandom > /tmp/${Math.random()}\n`;

test(
  "Ctrl-C during a delivery: the same, and no unusable name remains in the node",
  { skip, timeout: 120_000 },
  async () => {
    await write("web/Dockerfile", large());
    const session = start();
    await delivering(session);
    await assertEnds(session);
    await eventually(async () => assert.deepEqual(unusable(), []));
  },
);

test(
  "killed with -9 while a node imports: the next session takes away what is left, and runs, and no unusable name remains",
  { skip, timeout: 240_000 },
  async () => {
    await write("web/Dockerfile", large());
    const killed = start();
    await delivering(killed);
    await importing(killed.pid);
    killed.child.kill("SIGKILL");
    await killed.exited;
    assert.match(foldersOf(killed.pid).join(), /slipway-kubeconfig-\d+-.*slipway-sink-\d+-/, "a test that can fail");
    await write("web/Dockerfile", SERVER);
    const next = start();
    await next.says(/"type":"all-ready"/);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/page.html`)).text(), "one");
    await eventually(async () => assert.deepEqual(foldersOf(killed.pid), []));
    await eventually(async () => assert.equal(openShells(node(), killed.pid), 0));
    await eventually(async () => assert.deepEqual(unusable(), []));
    await assertEnds(next);
  },
);

function start(): DevProcess {
  return new DevProcess(["--root", root, "--json"]);
}

/** Waits until an image of web is on its way. */
async function delivering(session: DevProcess): Promise<void> {
  await session.says(/"type":"step-started","stage":"deliver","subject":"web"/);
  // Its first bytes are here.
  await eventually(async () => assert.match(foldersOf(session.pid).join(), /slipway-sink-/));
}

/** Waits until the session's program in the node has begun to import. Asked there: an import may last less than a `docker exec`. */
async function importing(pid: number): Promise<void> {
  const rules = [
    `/^ *[0-9]+ +[0-9]+ sh -c set -f.*slipway-${pid} *$/ { ours[$1] = 1 }`,
    "/ctr .*images import/ { parents[$2] = 1 }",
    "END { for (one in parents) if (one in ours) exit 0; exit 1 }",
  ];
  const script = `until ps -eo pid,ppid,args | awk '${rules.join(" ")}'; do :; done`;
  await docker("exec", node(), "timeout", "60", "sh", "-c", script);
}

function unusable(): string[] {
  return unusableIn(node(), (name) => name.includes(`/${id}/`));
}

async function assertEnds(session: DevProcess): Promise<void> {
  const { exitCode, ms } = await session.interrupt();
  assert.equal(exitCode, 130, session.said);
  assert.ok(ms < 3000, `${ms} ms`);
  assert.deepEqual(foldersOf(session.pid), []);
  // Whatever it has started was given its private kubeconfig. What was killed is listed until it is gone.
  const started = new RegExp(`kubeconfig-${session.pid}-`);
  await eventually(async () => assert.doesNotMatch(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }), started));
  // The node brings an import that it has begun to its end.
  await eventually(async () => assert.equal(openShells(node(), session.pid), 0), 15_000);
  await assert.rejects(
    new Promise((resolve, reject) => connect(port, "127.0.0.1", () => resolve(null)).on("error", reject)),
  );
}

function foldersOf(pid: number): string[] {
  return readdirSync(tmpdir())
    .filter((name) => new RegExp(`^slipway-[a-z]+-${pid}-`).test(name))
    .toSorted();
}
