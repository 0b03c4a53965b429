import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { eventually } from "../services/docker.ts";
import { answer, fakeApi, kubeconfigOf } from "../support/fake-api.ts";
import { Session } from "./session.ts";

// A whole `npm run dev` against API servers of this test: what it starts, and whom it asks.

const registry = (motto: string): string =>
  JSON.stringify({
    name: "acme",
    namespaces: { acme: {} },
    environments: {
      local: { profile: "local" },
      staging: { profile: "staging" },
      airgap: { profile: "airgap" },
      prod: { profile: "prod" },
    },
    services: { web: { image: "nginx:1", ports: { http: { containerPort: 80 } }, env: { MOTTO: motto } } },
  });

interface Bench {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments of each kubectl that was started. */
  readonly calls: () => Promise<string[]>;
}

/** A registry, and a kubectl that writes down how it is called. */
async function aBench(t: TestContext): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), "lock-"));
  const bin = await mkdtemp(join(tmpdir(), "lock-bin-"));
  t.after(() => Promise.all([root, bin].map((folder) => rm(folder, { recursive: true, force: true }))));
  const real = execFileSync("sh", ["-c", "command -v kubectl"], { encoding: "utf8" }).trim();
  const log = join(bin, "calls");
  await writeFile(log, "");
  await writeFile(join(bin, "kubectl"), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`);
  await chmod(join(bin, "kubectl"), 0o755);
  await writeFile(join(root, "services.json"), registry("one"));
  const calls = async (): Promise<string[]> => (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
  return { root, environment: { PATH: `${bin}${delimiter}${process.env["PATH"]}` }, calls };
}

/** An engine that runs one container: the control plane of a kind cluster, which publishes the server's port. */
async function fakeEngine(t: TestContext, server: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lock-engine-"));
  const node = {
    Names: ["/mine-control-plane"],
    Labels: { "io.x-k8s.kind.cluster": "mine", "io.x-k8s.kind.role": "control-plane" },
    Ports: [{ IP: "127.0.0.1", PublicPort: Number(new URL(server).port) }],
  };
  const engine = createServer((_, response) => answer(response, [node]));
  await new Promise<void>((resolve) => engine.listen(join(folder, "docker.sock"), resolve));
  t.after(async () => {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  return `unix://${folder}/docker.sock`;
}

/** With these variables in its environment. */
function started(root: string, environment: Readonly<Record<string, string>>, ...flags: string[]): Session {
  const before = { ...process.env };
  try {
    Object.assign(process.env, environment);
    return new Session(root, ...flags);
  } finally {
    process.env = before;
  }
}

test("a session asks the cluster it began with, and so does all that it starts, whatever the current context becomes", async (t) => {
  const { root, environment, calls } = await aBench(t);
  const [mine, other] = [
    await fakeApi((_, response) => answer(response, { message: "no" }, 404)),
    await fakeApi((_, response) => answer(response, {})),
  ];
  const { path, switchTo, remove } = await kubeconfigOf({ mine: mine.url, other: other.url });
  t.after(() => Promise.all([mine.stop(), other.stop(), remove()]));
  const engine = await fakeEngine(t, mine.url);
  const session = started(root, { ...environment, KUBECONFIG: path, DOCKER_HOST: engine });
  t.after(() => session.child.kill("SIGKILL"));
  await eventually(
    async () =>
      assert.ok(
        mine.requests.some((line) => line.includes("/pods")),
        session.stderr,
      ),
    60_000,
  );
  await eventually(async () => assert.ok((await calls()).length >= 2, "kubectl reads the kubeconfig"), 60_000);
  await switchTo("other");
  const before = mine.requests.length;
  await writeFile(join(root, "services.json"), registry("two"));
  await eventually(async () => assert.ok(mine.requests.length > before + 5, "requests go on"));
  session.child.kill("SIGINT");
  await session.exited;
  assert.deepEqual(other.requests, []);
  const [current, view, ...bound] = await calls();
  assert.equal(current, "config current-context");
  assert.equal(view, "config view --context mine --minify --flatten --raw -o json");
  assert.deepEqual(bound, [], "everything else is asked of the API itself, as the copy of the kubeconfig has it");
});

for (const name of ["staging", "airgap", "prod"])
  test(`the environment ${name} is refused before anybody is asked`, async (t) => {
    const { root, environment, calls } = await aBench(t);
    const session = started(root, environment, "--env", name);
    assert.equal(await session.exited, 1);
    assert.match(session.stderr, /ENVIRONMENT_NOT_LOCAL/);
    assert.deepEqual(await calls(), []);
  });

test("a context called as kind calls its own is refused when its server is elsewhere", async (t) => {
  const { root, environment, calls } = await aBench(t);
  const { path, remove } = await kubeconfigOf({ "kind-x": "https://api.prod.example:6443" });
  t.after(remove);
  const session = started(root, { ...environment, KUBECONFIG: path });
  assert.equal(await session.exited, 1);
  assert.match(session.stderr, /is not on this machine[^]*CONTEXT_NOT_LOCAL/);
  assert.ok(
    (await calls()).every((line) => line.startsWith("config ")),
    "nothing but the kubeconfig was read",
  );
});
