import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SERVER, id, kubectl, port, root, skip, write } from "../dev/small-platform.ts";
import { eventually } from "../services/docker.ts";
import { type ApiGateway, apiGateway } from "../support/api-gateway.ts";
import { DevProcess, dev, matches, running } from "../support/dev-process.ts";
import { FaultySocket } from "../support/faulty-socket.ts";
import { assertNoStack } from "../support/run-cli.ts";

// A session never dies of a failure: one session, from which everything that it needs is taken away in turn, and put back.

const engine = new FaultySocket(join(root, "engine.sock"));
let api: ApiGateway | undefined;
const environment = (): Record<string, string> => ({
  DOCKER_HOST: `unix://${engine.path}`,
  KUBECONFIG: api?.kubeconfig ?? "",
});

before(async () => {
  if (skip) return;
  api = await apiGateway(`${id}-api`, join(root, "kubeconfig"));
  await engine.restore();
});

after(async () => {
  if (skip) return;
  engine.cut();
  await api?.remove();
});

const shows = (text: string): Promise<void> =>
  eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/page.html`);
    assert.equal(await answer.text(), text);
  }, 60_000);

test("a registry that is broken at the start: all that is wrong with it, and exit code 1", { skip }, async () => {
  const wrong = { name: "Not A Name", services: { web: { image: 7, prots: {} } } };
  await write("broken/services.json", JSON.stringify(wrong));
  const { exitCode, said } = await dev(["--root", join(root, "broken"), "--plain"]);
  assert.equal(exitCode, 1);
  for (const like of [/environments is missing/, /name must be/, /services\.web\.image/, /"prots"/])
    assert.match(said, like);
  assertNoStack(said);
});

test("what a session needs goes away and comes back", { skip, timeout: 240_000 }, async (t) => {
  await write("web/Dockerfile", `${SERVER}RUN exit 7\n`);
  const session = new DevProcess(["--root", root, "--plain"], environment());
  t.after(() => session.child.kill("SIGKILL"));

  await t.test("a Dockerfile that is broken at the start is told; mended, everything runs", async () => {
    const said = await session.says(/BUILD_FAILED/);
    assert.match(said, /web .*exit 7 exited with code 7/);
    await write("web/Dockerfile", SERVER);
    await session.says(/web +ready/);
    await shows("one");
  });

  await t.test("the engine is away: told once; what was saved meanwhile arrives when it is back", async () => {
    const from = session.said.length;
    engine.cut();
    await write("web/page.html", "two");
    await session.says(/ENGINE_UNREACHABLE/, from);
    // As many tries as there are in five seconds.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    assert.equal(matches(session.said.slice(from), /ENGINE_UNREACHABLE/), 1, session.said.slice(from));
    await engine.restore();
    await shows("two");
    await session.says(/web +ready/, from);
  });

  await t.test(
    "the engine goes away in the middle of a build: the same, and nothing of that build goes on",
    async () => {
      const from = session.said.length;
      await write("web/Dockerfile", `${SERVER}RUN sleep 4.0625\n`);
      await eventually(async () => assert.equal(running("sleep 4.0625").length, 1));
      engine.cut();
      await session.says(/ENGINE_UNREACHABLE/, from);
      await eventually(async () => assert.deepEqual(running("sleep 4.0625"), []), 3000);
      assert.doesNotMatch(session.said.slice(from), /BUILD_FAILED|STEP_FAILED/);
      await write("web/page.html", "three");
      await engine.restore();
      await shows("three");
    },
  );

  await t.test(
    "the API is away: told once, though nobody asks; what was saved meanwhile arrives when it is back",
    async () => {
      await write("web/Dockerfile", SERVER);
      const before = session.said.length;
      await write("web/page.html", "four");
      await shows("four");
      await session.says(/web +ready/, before);
      const from = session.said.length;
      await api?.close();
      await session.says(/cluster +lost .*CLUSTER_UNREACHABLE/, from);
      await write("web/page.html", "five");
      await session.says(/web +deliver/, from);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      const told = session.said.slice(from);
      assert.equal(matches(told, /CLUSTER_UNREACHABLE/), 1, told);
      await api?.open();
      await session.says(/cluster +returned/, from);
      await shows("five");
      await session.says(/web +ready/, from);
      assert.equal(session.child.exitCode, null);
    },
  );

  await t.test("and through all of it the other service was left alone", async () => {
    const pods = await kubectl("get", "pods", "-l", "app.kubernetes.io/name=quiet", "-o", "name");
    assert.equal(pods.split("\n").length, 1);
    const replicaSets = await kubectl("get", "replicasets", "-l", "app.kubernetes.io/name=quiet", "-o", "name");
    assert.equal(replicaSets.split("\n").length, 1);
  });

  await t.test(
    "Ctrl-C while neither the engine nor the API answers: three seconds; a second one: at once",
    async () => {
      const frozen = new DevProcess(["--root", root, "--plain", "--only", "quiet"], environment());
      await frozen.says(/quiet +ready/);
      engine.freeze();
      await api?.freeze();
      const { exitCode, ms } = await session.interrupt();
      assert.equal(exitCode, 130);
      assert.ok(ms < 3000, `${ms} ms`);
      // One that is still on its way would swallow the next.
      const again = setInterval(() => frozen.child.kill("SIGINT"), 100);
      const { exitCode: second, ms: secondMs } = await frozen.interrupt();
      clearInterval(again);
      t.diagnostic(`first ${Math.round(ms)} ms, second ${Math.round(secondMs)} ms`);
      assert.equal(second, 130);
      assert.ok(secondMs < 1000, `${secondMs} ms`);
    },
  );
});
