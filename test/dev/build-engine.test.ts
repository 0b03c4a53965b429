import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { processes, until } from "./processes.ts";
import { imageBuilder } from "../../dev/build/builder.ts";
import type { BuildProgress } from "../../dev/build/progress.ts";
import type { ImageBuild } from "../../dev/core/target.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { docker, skipWithoutDocker } from "../services/docker.ts";
import { aRoot, engine, repository, theImage } from "../support/engine-root.ts";

const run = promisify(execFile);
const skip = skipWithoutDocker;
const neverAborted = new AbortController().signal;

interface Built {
  readonly tag: string;
  readonly isCached: boolean;
  readonly progress: readonly BuildProgress[];
}

async function build(
  root: string,
  change: Partial<ImageBuild> = {},
  signal = neverAborted,
  onProgress: (progress: BuildProgress) => void = () => undefined,
): Promise<Built> {
  const progress: BuildProgress[] = [];
  const builder = imageBuilder(root, () => engine, {
    onProgress: (_, one) => (progress.push(one), onProgress(one)),
  });
  const image = theImage(change);
  const bases = new Map<string, string>();
  const tag = await builder.digest({ type: "digest", key: "", subject: "web", image, bases, rebuilds: 0 }, signal);
  const isCached = await builder.build(
    { type: "build", key: "", subject: "web", image, bases, tag, rebuilds: 0, isAnew: false },
    signal,
  );
  return { tag, isCached, progress };
}

const hasCode = (code: string) => (error: unknown) => error instanceof UserError && error.findings[0]?.code === code;

test("an image holds what the context holds, as Docker's own client would send it", { skip }, async (t) => {
  const root = await aRoot(t, {
    Dockerfile: "FROM busybox:1.36\nCOPY . /app\n",
    ".dockerignore": "secret\nDockerfile\n",
    "src/a.txt": "one",
    "src/ä €.txt": "two",
    [`long/${"x".repeat(120)}/${"y".repeat(120)}`]: "three",
    "run.sh": "#!/bin/sh\necho ran\n",
    secret: "",
  });
  await chmod(join(root, "run.sh"), 0o755);
  await symlink("src/a.txt", join(root, "link"));
  await writeFile(join(root, "large"), Buffer.alloc(3_000_000, "0123456789"));
  const { tag, isCached } = await build(root);
  assert.equal(isCached, false);
  const theirs = `${repository}:theirs`;
  await docker("buildx", "build", "--quiet", "--tag", theirs, root);
  const look =
    "cd /app && find . -print0 | sort -z | xargs -0 stat -c '%n %F %a %u %g' && find . -type f -print0 | sort -z | xargs -0 md5sum && readlink link && ./run.sh";
  const own = await docker("run", "--rm", tag, "sh", "-c", look);
  assert.equal(own, await docker("run", "--rm", theirs, "sh", "-c", look));
  assert.match(own, /\nran$/);
  assert.ok(!own.includes("secret") && !own.includes("Dockerfile"));
});

test("what was built is not built again, and a change moves the changed file alone", { skip }, async (t) => {
  const root = await aRoot(t, { Dockerfile: "FROM busybox:1.36\nCOPY . /app\n", "a.txt": "1", "b.txt": "b" });
  const first = await build(root);
  assert.equal((await build(root)).isCached, true);
  await writeFile(join(root, "a.txt"), "2");
  const second = await build(root);
  assert.notEqual(second.tag, first.tag);
  assert.equal(await docker("run", "--rm", second.tag, "cat", "/app/a.txt", "/app/b.txt"), "2b");
  // Of the same size within the same second: only the content tells them apart.
  for (const text of ["3", "4", "5"]) {
    await writeFile(join(root, "a.txt"), text);
    const { tag } = await build(root);
    assert.equal(await docker("run", "--rm", tag, "cat", "/app/a.txt"), text);
  }
  await rm(join(root, "b.txt"));
  assert.equal(await docker("run", "--rm", (await build(root)).tag, "ls", "/app"), "Dockerfile\na.txt");
});

test("target, arguments, output as it is printed", { skip }, async (t) => {
  const root = await aRoot(t, {
    Dockerfile:
      'FROM busybox:1.36 AS one\nARG WHO\nRUN echo "hello $WHO" > /who; for i in 1 2 3; do echo line $i; sleep 0.2; done\nFROM one\nRUN exit 3\n',
  });
  const { tag, progress } = await build(root, { target: "one", args: { WHO: randomBytes(4).toString("hex") } });
  assert.match(await docker("run", "--rm", tag, "cat", "/who"), /^hello \w{8}$/);
  assert.deepEqual(
    progress.flatMap(({ log }) => log ?? []),
    ["line 1", "line 2", "line 3"],
  );
  const last = progress.at(-1);
  assert.match(last?.vertex ?? "", /^\[one 2\/2\] RUN echo/);
  assert.deepEqual([last?.current, last?.total], [2, 2]);
});

test("a failed build is a finding with the instruction and its last words", { skip }, async (t) => {
  const root = await aRoot(t, {
    Dockerfile: "FROM busybox:1.36\nRUN echo something; echo no such thing >&2; exit 7\n",
  });
  await assert.rejects(build(root), (error) => {
    assert.ok(error instanceof UserError);
    const [finding] = error.findings;
    assert.deepEqual([finding?.code, finding?.where], ["BUILD_FAILED", "./Dockerfile:2"]);
    assert.match(finding?.message ?? "", /exited with code 7: no such thing$/);
    return true;
  });
  await writeFile(join(root, "Dockerfile"), "FROM busybox:1.36\nRUN true\n");
  assert.equal((await build(root)).isCached, false);
});

test("secrets are readable while it builds, and in no image, tag or message", { skip }, async (t) => {
  const value = randomBytes(12).toString("hex");
  const root = await aRoot(t, {
    Dockerfile:
      "FROM busybox:1.36\nRUN --mount=type=secret,id=a,required=true --mount=type=secret,id=b,required=true cat /run/secrets/a /run/secrets/b | md5sum > /sum # " +
      // Of a secret's value BuildKit's cache knows nothing, so an earlier run would answer.
      `${randomBytes(4).toString("hex")}\n`,
    ".dockerignore": "token\n",
    token: value,
  });
  process.env["SLIPWAY_TEST_TOKEN"] = "second";
  const secrets = { a: { file: "token" }, b: { environment: "SLIPWAY_TEST_TOKEN" } };
  const { tag } = await build(root, { secrets });
  const expected = (await run("sh", ["-c", `printf ${value}second | md5sum`])).stdout.trim();
  assert.equal(await docker("run", "--rm", tag, "cat", "/sum"), expected);
  assert.ok(!(await docker("image", "inspect", tag)).includes(value));
  assert.ok(!(await docker("image", "history", "--no-trunc", tag)).includes(value));
  await writeFile(join(root, "token"), "other");
  assert.equal((await build(root, { secrets })).tag, tag, "the value is no part of the tag");
  await rm(join(root, "token"));
  await writeFile(join(root, "new"), "");
  delete process.env["SLIPWAY_TEST_TOKEN"];
  await assert.rejects(build(root, { secrets }), (error) => {
    assert.ok(error instanceof UserError);
    assert.deepEqual(
      error.findings.map(({ code, where }) => [code, where]),
      [
        ["BUILD_SECRET_MISSING", "token"],
        ["BUILD_SECRET_MISSING", "$SLIPWAY_TEST_TOKEN"],
      ],
    );
    return true;
  });
});

test("an SSH agent answers inside the build", { skip }, async (t) => {
  const root = await aRoot(t, {
    Dockerfile:
      "FROM python:3.11-slim\nRUN --mount=type=ssh,required=true python3 -c \"import socket,os;s=socket.socket(socket.AF_UNIX);s.connect(os.environ['SSH_AUTH_SOCK']);s.send(b'ping');print(s.recv(100).decode())\" > /answer\n",
  });
  const agent = createServer((socket) => socket.on("data", (bytes) => socket.write(`agent heard ${bytes.toString()}`)));
  await new Promise<void>((done) => agent.listen(join(root, "agent.sock"), done));
  const before = process.env["SSH_AUTH_SOCK"];
  process.env["SSH_AUTH_SOCK"] = join(root, "agent.sock");
  try {
    const { tag } = await build(root, { ssh: ["default"] });
    assert.equal(await docker("run", "--rm", tag, "cat", "/answer"), "agent heard ping");
    delete process.env["SSH_AUTH_SOCK"];
    await writeFile(join(root, "other"), "");
    await assert.rejects(build(root, { ssh: ["default"] }), hasCode("BUILD_SSH_AGENT_MISSING"));
  } finally {
    if (before !== undefined) process.env["SSH_AUTH_SOCK"] = before;
    agent.close();
  }
});

test("a platform that the cluster does not have is told before anything is built", async (t) => {
  const root = await aRoot(t, { Dockerfile: "FROM scratch\n" });
  const builder = imageBuilder(root, () => engine, { platform: async () => "linux/amd64" });
  const step = {
    type: "digest",
    key: "",
    subject: "web",
    bases: new Map<string, string>(),
    rebuilds: 0,
    image: theImage({ platforms: ["linux/arm64"] }),
  } as const;
  await assert.rejects(builder.digest(step, neverAborted), hasCode("BUILD_PLATFORM"));
});

test("an aborted build stops in the engine, and leaves nothing", { skip, timeout: 60_000 }, async (t) => {
  const mark = `x${randomBytes(6).toString("hex")}`;
  const root = await aRoot(t, { Dockerfile: `FROM busybox:1.36\nRUN echo ${mark}; sleep 300; echo ${mark}\n` });
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => /Pipe|TCP/.test(name)).length;
  const before = sockets();
  const abort = new AbortController();
  let isRunning = (): void => undefined;
  const running = new Promise<void>((resolve) => (isRunning = resolve));
  const building = build(root, {}, abort.signal, ({ log }) => log === mark && isRunning());
  building.catch(() => undefined);
  await running;
  assert.match(await processes(mark), /sleep 300/);
  const sinceMs = Date.now();
  abort.abort();
  await assert.rejects(building);
  await until(async () => (await processes(mark)) === "", 20_000);
  t.diagnostic(`gone after ${Date.now() - sinceMs} ms`);
  await until(async () => sockets() <= before, 20_000);
  assert.equal(await docker("image", "ls", "--quiet", repository), "");
});
