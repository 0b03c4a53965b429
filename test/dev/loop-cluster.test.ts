import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { utimes } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "../services/docker.ts";
import { type LoopRecord, Session, isReady, stepsOf } from "./session.ts";
import { REGISTRY, SERVER, podsOf, port, root, skip, write } from "./small-platform.ts";

// The whole loop against a real local cluster, in a namespace of its own: every stage, its failures, and its end.

const run = promisify(execFile);

function verified(records: readonly LoopRecord[]): unknown {
  return records
    .filter(({ type }) => type === "verified")
    .map(({ service, finding }) => [service, finding?.code ?? null]);
}

async function page(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/page.html`)).text();
}

test(
  "the loop, from nothing to Ready and through everything that goes wrong",
  { skip, timeout: 600_000 },
  async (t) => {
    const session = new Session(root);
    t.after(() => session.child.kill("SIGKILL"));
    await session.next(0, isReady);
    assert.equal(await page(), "one");
    const [quietPod, alonePod] = [await podsOf("quiet"), await podsOf("alone")];

    await t.test("an edit leads to that service only, and through the same port to the new code", async () => {
      const records = await session.save("web/page.html", "two", isReady);
      assert.deepEqual(stepsOf(records), ["digest web", "build web", "deliver web", "apply web", "observe web"]);
      await eventually(async () => assert.equal(await page(), "two"), 5000);
      t.diagnostic(
        records
          .filter(({ ms }) => ms !== undefined)
          .map(({ stage, ms }) => `${stage} ${ms} ms`)
          .join(", "),
      );
      assert.equal(await podsOf("quiet"), quietPod);
    });

    await t.test("a touched file leads to nothing", async () => {
      const start = session.records.length;
      await utimes(join(root, "web/page.html"), new Date(), new Date());
      await session.next(start, ({ type, stage }) => type === "step-finished" && stage === "digest");
      assert.deepEqual(stepsOf(session.records.slice(start)), ["digest web"]);
    });

    await t.test("a broken Dockerfile is one finding with its line; mended, the session goes on", async () => {
      const failed = await session.save(
        "web/Dockerfile",
        `${SERVER}RUN echo no such thing && exit 7\n`,
        ({ type }) => type === "step-failed",
      );
      const { findings } = failed.find(({ type }) => type === "step-failed") ?? {};
      assert.deepEqual(
        findings?.map(({ code, where }) => [code, where]),
        [["BUILD_FAILED", "web/Dockerfile:4"]],
      );
      assert.match(findings?.[0]?.message ?? "", /exited with code 7: no such thing$/);
      await session.save("web/page.html", "three", ({ type }) => type === "step-failed");
      assert.equal(await page(), "two");
      await session.save("web/Dockerfile", SERVER, isReady);
      await eventually(async () => assert.equal(await page(), "three"), 5000);
    });

    await t.test("a container that crashes is one finding; mended, the session goes on", async () => {
      const records = await session.save(
        "web/Dockerfile",
        SERVER.replace(/CMD.*/, 'CMD ["sh", "-c", "echo no database url; exit 3"]'),
        ({ type }) => type === "service-troubled",
      );
      const trouble = records.find(({ type }) => type === "service-troubled");
      assert.equal(trouble?.service, "web");
      assert.deepEqual(
        [trouble?.finding?.code, trouble?.finding?.message],
        ["POD_CRASHED", "container web exited with code 3: no database url"],
      );
      assert.equal(await page(), "three");
      await session.save("web/Dockerfile", SERVER, isReady);
    });

    await t.test("a changed base leads to everything that is built on it, and to nothing else", async () => {
      const records = await session.save("base/motto.html", "new base", isReady);
      const chain = (name: string): string[] =>
        ["digest", "build", "deliver", "apply", "observe"].map((stage) => `${stage} ${name}`);
      const expected = ["digest base", "build base", ...chain("quiet"), ...chain("web")];
      assert.deepEqual(stepsOf(records).toSorted(), expected.toSorted());
      assert.equal(await podsOf("alone"), alonePod);
    });

    await t.test(
      "a broken registry is told and the old one kept; a changed one is applied where it changes something",
      async () => {
        const broken = await session.save(
          "services.json",
          JSON.stringify({ ...REGISTRY, servces: {} }),
          ({ type }) => type === "step-failed",
        );
        assert.equal(broken.find(({ type }) => type === "step-failed")?.findings?.[0]?.code, "REGISTRY_UNKNOWN_KEY");
        const { web } = REGISTRY.services;
        const changed = {
          ...REGISTRY,
          services: { ...REGISTRY.services, web: { ...web, env: { GREETING: "hello" } } },
        };
        const records = await session.save("services.json", JSON.stringify(changed), isReady);
        assert.deepEqual(stepsOf(records), ["read services.json", "apply web", "observe web"]);
        await session.save("services.json", JSON.stringify(REGISTRY), isReady);
      },
    );

    await t.test("Ctrl-C ends it within three seconds, and leaves no child and no listener", async () => {
      // Often there are none: pods are watched and ports are forwarded without a program.
      const children = await run("pgrep", ["-P", String(session.child.pid)]).then(
        ({ stdout }) => stdout.trim().split("\n"),
        () => ["0"],
      );
      const startMs = Date.now();
      session.child.kill("SIGINT");
      assert.equal(await session.exited, 130);
      assert.ok(Date.now() - startMs < 3000, `${Date.now() - startMs} ms`);
      // In a container nobody may be there to collect the dead: a zombie does not run.
      await eventually(async () => {
        const left = await run("ps", ["-o", "stat,args", "-p", children.join(",")]).then(
          ({ stdout }) => stdout.trim().split("\n").slice(1),
          () => [],
        );
        assert.deepEqual(
          left.filter((line) => !line.startsWith("Z")),
          [],
        );
      });
      await assert.rejects(
        new Promise((resolve, reject) => connect(port, "127.0.0.1", () => resolve(null)).on("error", reject)),
      );
    });
  },
);

test(
  "--once ends with 0 when all is Ready and verified, binds no port, and with 1 when something failed",
  { skip, timeout: 400_000 },
  async () => {
    const taken = createServer().listen(port, "127.0.0.1");
    try {
      const good = new Session(root, "--once");
      assert.equal(await good.exited, 0, good.stderr);
      assert.deepEqual(verified(good.records), [["web", null]]);
      const unverified = JSON.stringify(REGISTRY).replace('"path":"/page.html"}}}', '"path":"/absent"}}}');
      await write("services.json", unverified);
      const failing = new Session(root, "--once");
      assert.equal(await failing.exited, 1);
      assert.ok(failing.records.some(isReady));
      assert.deepEqual(verified(failing.records), [["web", "VERIFY_FAILED"]]);
      await write("services.json", JSON.stringify(REGISTRY));
      await write("web/Dockerfile", `${SERVER}COPY absent /\n`);
      const bad = new Session(root, "--once");
      assert.equal(await bad.exited, 1);
      assert.deepEqual(
        bad.records.find(({ type }) => type === "step-failed")?.findings?.map(({ code, where }) => [code, where]),
        [["BUILD_FAILED", "web/Dockerfile:4"]],
      );
      await write("web/Dockerfile", SERVER.replace(/CMD.*/, 'CMD ["absent-program"]'));
      const crashing = new Session(root, "--once");
      assert.equal(await crashing.exited, 1);
      assert.equal(crashing.records.find(({ type }) => type === "service-troubled")?.finding?.code, "POD_START");
    } finally {
      taken.close();
      await write("web/Dockerfile", SERVER);
    }
  },
);

test("a port that is taken is told before anything is built", { skip, timeout: 60_000 }, async () => {
  const taken = createServer().listen(port, "127.0.0.1");
  const session = new Session(root);
  assert.equal(await session.exited, 1);
  taken.close();
  assert.match(session.stderr, /PORT_TAKEN/);
  assert.deepEqual(stepsOf(session.records), []);
});
