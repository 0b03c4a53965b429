import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { eventually, freePort } from "../services/docker.ts";
import { deleteNamespaces, skipWithoutCluster, tryKubectl } from "../support/cluster.ts";
import { DevProcess, dev } from "../support/dev-process.ts";
import { assertNoStack } from "../support/run-cli.ts";

// What a developer asks of a platform besides the loop itself: its flags and commands, on a real cluster.

const skip = skipWithoutCluster();
const id = `asked-${randomBytes(3).toString("hex")}`;
const root = await mkdtemp(join(tmpdir(), `${id}-`));
const port = await freePort();
const slipway = (...args: string[]): ReturnType<typeof dev> => dev([...args, "--root", root]);
const has = (object: string): boolean => tryKubectl(["get", object, "--namespace", id]).exitCode === 0;

const SERVER = `require("node:http").createServer((q, s) => s.end(process.env.MOTTO)).listen(8080, () => console.log("listening"));
process.on("SIGTERM", () => process.exit(0));
`;

const service = (name: string): object => ({
  image: `${id}/${name}:1`,
  build: { context: "server" },
  ports: { http: { containerPort: 8080 } },
  probes: { readiness: { tcpSocket: { port: "http" }, periodSeconds: 1 } },
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "1", memory: "128Mi" } },
});
const registry = (motto: string): string =>
  JSON.stringify({
    name: id,
    namespaces: { [id]: {} },
    environments: { local: { profile: "local" } },
    services: {
      web: { ...service("web"), env: { MOTTO: motto }, develop: { portForward: { http: port } } },
      other: { ...service("other"), volumes: { data: { mountPath: "/data", size: "16Mi" } }, kind: "StatefulSet" },
    },
  });

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const answers = (motto: string): Promise<void> =>
  eventually(async () => assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), motto), 60_000);

before(async () => {
  await write("services.json", registry("one"));
  await write("server/Dockerfile", 'FROM node:22-slim\nUSER 10001:10001\nCOPY main.js /\nCMD ["node", "/main.js"]\n');
  await write("server/main.js", SERVER);
});

after(async () => {
  if (!skip) deleteNamespaces([id]);
  await rm(root, { recursive: true, force: true });
});

test("doctor says of each thing that the loop needs whether it is there, before anything runs", { skip }, async () => {
  const { exitCode, said } = await slipway("doctor");
  // The machine's own disk and limits may be worth a warning; what the loop cannot do without is here.
  assert.equal(exitCode, 0, said);
  for (const line of [
    /^✓ cluster +kind-\S+ \(container \S+ of kind cluster \S+ publishes https:/m,
    /^✓ Docker +engine \d/m,
    /^✓ kind +kind v/m,
    /^✓ kubectl +v1\./m,
    /^✓ Node\.js +v\d/m,
    new RegExp(`^✓ ports +${port} free$`, "m"),
    /^✓ services\.json +2 services in local$/m,
  ])
    assert.match(said, line);
  const { exitCode: broken, said: told } = await dev(["doctor", "--root", join(root, "nowhere")]);
  assert.equal(broken, 1);
  assertNoStack(told);
  assert.match(told, /✗ services\.json[^]*REGISTRY_NOT_FOUND[^]*things? to look at/);
});

test("flags and commands, from the first start to the last trace", { skip, timeout: 300_000 }, async (t) => {
  await t.test("--except leaves a service out, and status says what is not there", async () => {
    const { exitCode, said } = await slipway("--once", "--except", "other");
    assert.equal(exitCode, 0, said);
    assert.deepEqual([has("deployment/web"), has("statefulset/other")], [true, false]);
    const asked = await slipway("status");
    assert.equal(asked.exitCode, 1);
    assert.match(asked.said, /other +not there[^]*web +ready +1\/1|web +ready +1\/1[^]*other +not there/);
    assert.match(asked.said, /1 of 2 workloads ready/);
  });

  await t.test("--only another adds it, and status is content", async () => {
    const { exitCode, said } = await slipway("--once", "--only", "other");
    assert.equal(exitCode, 0, said);
    const asked = await slipway("status");
    assert.equal(asked.exitCode, 0, asked.said);
    assert.match(asked.said, /2 of 2 workloads ready/);
  });

  await t.test("logs prints what the newest pod says, until Ctrl-C", async (part) => {
    const logs = new DevProcess(["logs", "web", "--root", root]);
    part.after(() => logs.child.kill("SIGKILL"));
    await logs.says(/^web +listening$/m);
    const { exitCode, ms } = await logs.interrupt();
    assert.ok(exitCode !== null && ms < 3000, `${exitCode} after ${ms} ms`);
  });

  await t.test(
    "a registry that is broken meanwhile is told, and what ran goes on; mended, it is applied",
    async (part) => {
      const session = new DevProcess(["--plain", "--root", root]);
      part.after(() => session.child.kill("SIGKILL"));
      await session.says(/^all +ready/m);
      await answers("one");
      await write("services.json", registry("two").replace('"image"', '"imgae"'));
      await session.says(/imgae/);
      await answers("one");
      await write("services.json", registry("two"));
      await answers("two");
      assert.equal((await session.interrupt()).exitCode, 130);
    },
  );

  await t.test("debug opens the inspector and leads to it", async (part) => {
    const session = new DevProcess(["debug", "web", "--plain", "--root", root]);
    part.after(() => session.child.kill("SIGKILL"));
    const inspector = async (): Promise<void> => {
      const answer = (await (await fetch("http://127.0.0.1:9229/json/version")).json()) as { readonly Browser: string };
      assert.match(answer.Browser, /^node\.js\/v22/);
    };
    await eventually(inspector, 60_000);
    await session.interrupt();
    await assert.rejects(fetch("http://127.0.0.1:9229/json/version"));
  });

  await t.test("down takes everything away but what holds data", async () => {
    const { exitCode, said } = await slipway("down");
    assert.equal(exitCode, 0, said);
    assert.match(said, /stay: npm run dev -- down --volumes/);
    assert.deepEqual([has("deployment/web"), has("statefulset/other"), has("pvc/other-data")], [false, false, true]);
  });

  await t.test("down --volumes leaves nothing", async () => {
    const { exitCode, said } = await slipway("down", "--volumes");
    assert.equal(exitCode, 0, said);
    await eventually(async () => assert.equal(tryKubectl(["get", "namespace", id]).exitCode, 1), 60_000);
  });
});
