import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoopEvent } from "../../dev/core/events.ts";
import { batch, quietMs } from "../../dev/sources/batch.ts";
import { watchFiles } from "../../dev/sources/files.ts";
import { readTarget } from "../../dev/sources/registry.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { anImage, aService, aTarget } from "./fixture.ts";

const REGISTRY = {
  name: "acme",
  namespaces: { acme: {} },
  environments: { local: { profile: "local", mocks: "gpu" }, prod: { profile: "prod" } },
  secrets: { db: { keys: { password: {} } } },
  services: {
    base: { kind: "Image", image: "acme/base:1", build: { context: "services/base" } },
    db: {
      kind: "StatefulSet",
      image: "postgres:16",
      ports: { sql: { containerPort: 5432 } },
      env: { PASSWORD: { secret: "db", key: "password" } },
    },
    web: {
      image: "acme/web:1",
      build: { context: "services/web", additionalContexts: { base: "service:base" } },
      ports: { http: { containerPort: 8080 } },
      dependsOn: { db: { condition: "healthy" }, model: {} },
      develop: { portForward: { http: 18081 } },
    },
    model: {
      image: "vllm/vllm:1",
      ports: { http: { containerPort: 8000 } },
      gpu: { count: 1 },
      mock: { image: "acme/mock:1", build: { context: "mock" } },
    },
  },
};

async function aRoot(test: TestContext, registry: object = REGISTRY): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "root-"));
  test.after(() => rm(root, { recursive: true, force: true }));
  await writeFile(join(root, "services.json"), JSON.stringify(registry));
  return root;
}

const everything = { environment: null, only: null };
const hasCode = (code: string) => (error: unknown) => error instanceof UserError && error.findings[0]?.code === code;

test("a target is what the local environment runs: images with their bases, services in start order, the mock for the GPU", async (t) => {
  const { target } = await readTarget(await aRoot(t), everything);
  assert.equal(target.environment, "local");
  assert.deepEqual(
    target.services.map(({ name }) => name),
    ["db", "model", "web"],
  );
  assert.deepEqual(
    target.images.map(({ reference, name, bases, isRun }) => [reference, name, bases, isRun]),
    [
      ["acme/mock:dev", "model", [], true],
      ["acme/base:dev", "base", [], false],
      ["acme/web:dev", "web", ["acme/base:dev"], true],
    ],
  );
  const web = target.services.find(({ name }) => name === "web");
  assert.deepEqual(web?.dependsOn, [
    { service: "db", condition: "healthy" },
    { service: "model", condition: "started" },
  ]);
  assert.deepEqual(web?.forwards, [{ port: "http", containerPort: 8080, localPort: 18081 }]);
  assert.deepEqual(target.secrets, [{ name: "db", namespace: "acme", keys: ["password"], readers: ["db"] }]);
});

test("a service is drawn alone, with the images that it is given", async (t) => {
  const { target } = await readTarget(await aRoot(t), everything);
  const drawn = target.draw("web", new Map([["acme/web:dev", "acme/web:3f2a"]]));
  assert.ok(drawn.objects.every(({ metadata }) => metadata.name === "web"));
  assert.match(JSON.stringify(drawn.objects), /"image":"acme\/web:3f2a"/);
  assert.notEqual(drawn.digest, target.draw("web", new Map()).digest);
  assert.ok(target.shared.objects.some(({ kind }) => kind === "Namespace"));
});

test("--only takes what these services depend on and the images that they need, and no more", async (t) => {
  const { target } = await readTarget(await aRoot(t), { environment: null, only: ["web"] });
  assert.deepEqual(
    target.services.map(({ name }) => name),
    ["db", "model", "web"],
  );
  assert.deepEqual(
    target.images.map(({ name }) => name),
    ["model", "base", "web"],
  );
});

test("what is not local is never run, and what is not there is said", async (t) => {
  const root = await aRoot(t);
  await assert.rejects(readTarget(root, { ...everything, environment: "prod" }), hasCode("ENVIRONMENT_NOT_LOCAL"));
  await assert.rejects(readTarget(root, { ...everything, environment: "locl" }), hasCode("ENVIRONMENT_UNKNOWN"));
  await assert.rejects(readTarget(root, { ...everything, only: ["wbe"] }), hasCode("SERVICE_UNKNOWN"));
  await assert.rejects(
    readTarget(await aRoot(t, { ...REGISTRY, environments: { prod: { profile: "prod" } } }), everything),
    hasCode("ENVIRONMENT_NOT_LOCAL"),
  );
});

test("a save waits next to nothing, a checkout longer", () => {
  assert.deepEqual(
    [1, 5, 6, 20, 21, 2000].map((pending) => quietMs(pending, false)),
    [10, 10, 16, 100, 100, 100],
  );
  assert.equal(quietMs(1, true), 100);
});

test("paths come in one batch, each once, and never later than half a second", async () => {
  const batches: (readonly string[])[] = [];
  const one = batch(
    (paths) => batches.push(paths),
    () => false,
  );
  const startMs = performance.now();
  let lastMs = startMs;
  let longestGapMs = 0;
  for (let i = 0; lastMs - startMs < 10_000 && batches.length === 0; i++) {
    one.add("a");
    one.add(`b${i % 25}`);
    await sleep(2);
    longestGapMs = Math.max(longestGapMs, performance.now() - lastMs);
    lastMs = performance.now();
  }
  one.cancel();
  assert.equal(batches[0]?.length, new Set(batches[0]).size);
  assert.ok(lastMs - startMs <= 520 + 2 * longestGapMs, `${lastMs - startMs} ms, once ${longestGapMs} ms of them busy`);
});

test("while git holds its lock, and shortly after it has moved HEAD, all is one batch", async () => {
  const batches: (readonly string[])[] = [];
  let isLocked = true;
  const one = batch(
    (paths) => batches.push(paths),
    () => isLocked,
  );
  one.add("a");
  await sleep(700);
  one.add("b");
  assert.deepEqual(batches, []);
  one.noteGit();
  isLocked = false;
  one.add("c");
  while (batches.length === 0) await sleep(10);
  assert.deepEqual(batches, [["a", "b", "c"]]);
});

test("files of build contexts and the registry are watched; ignored ones and editors' own are not", async (t) => {
  const root = await aRoot(t);
  for (const folder of ["services/web/node_modules/a", "services/web/src", "elsewhere"])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "services/web/.dockerignore"), "node_modules\n*.log\n");
  const seen = new Set<string>();
  const emit = (event: LoopEvent): void =>
    event.type === "files-changed" ? event.paths.forEach((path) => seen.add(path)) : undefined;
  const files = watchFiles(root, emit, () => 0);
  t.after(() => files.close());
  await files.follow(aTarget([anImage("web")], [aService("web")]));
  for (const path of [
    "services/web/src/a.ts",
    "services/web/x.log",
    "services/web/node_modules/a/i.js",
    "services/web/.a.ts.swp",
    "services/web/a.ts~",
    "elsewhere/a.ts",
    "services.json",
  ])
    await writeFile(join(root, path), "1");
  for (let i = 0; i < 100 && seen.size < 2; i++) await sleep(20);
  await sleep(150);
  assert.deepEqual([...seen].toSorted(), ["services.json", "services/web/src/a.ts"]);
});
