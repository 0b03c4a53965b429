import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { docker, eventually, runContainer, skipWithoutDocker } from "./docker.ts";

// As Kubernetes runs them under the restricted profile, and with a root file system nobody can write to.
const restricted = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "10001:10001"];
const base = `slipway-test/base:${process.pid}`;
const core = `slipway-test/core:${process.pid}`;
const mock = `slipway-test/mock:${process.pid}`;

describe("the images", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();

  before(async () => {
    await build(base, "services/base");
    await build(core, "services/core", "--build-context", `base=docker-image://${base}`);
    await build(mock, "dev/mock");
  });

  test("run as a number that is not root, in production mode", async () => {
    for (const image of [base, core, mock]) {
      const { User, Env } = JSON.parse(await docker("inspect", "--format", "{{json .Config}}", image));
      assert.equal(User, "10001:10001");
      assert.ok(Env.includes("NODE_ENV=production"));
    }
  });

  test("base serves its health with nothing but what is in it", async () => {
    const script = `
      const { createLogger } = await import("/app/base/logger.ts");
      const { portsFrom, startService } = await import("/app/base/server.ts");
      const logger = createLogger("base");
      await startService({ ...portsFrom(process.env), logger, routes: [], dependencies: [] });
      for (const path of [":8080/health/live", ":8080/health/ready", ":9090/metrics"]) {
        logger.info({ path, status: (await fetch("http://127.0.0.1" + path)).status }, "answered");
      }
      process.exit(0);`;
    const output = await docker("run", "--rm", "--network", "none", ...restricted, base, "node", "-e", script);
    const lines = output.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    const statuses = lines.filter(({ message }) => message === "answered").map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 200]);
  });

  test("mock answers without a network, and is gone at once when stopped", async (context) => {
    const container = await runContainer(context, "--network", "none", ...restricted, mock);
    const health = "process.exit((await fetch('http://127.0.0.1:8000/health')).status === 200 ? 0 : 1)";
    await eventually(() => docker("exec", container, "node", "--input-type=module", "-e", health));
    assert.equal(await exitCodeOnStop(container), "0");
  });

  test("core migrates, answers and drains beside a real PostgreSQL and the mock", async (context) => {
    const secrets = await mkdtemp(join(tmpdir(), "secrets-"));
    context.after(() => rm(secrets, { recursive: true }));
    await chmod(secrets, 0o755);
    await writeFile(join(secrets, "password"), "only-for-this-test", { mode: 0o644 });
    const publish = ["-p", "127.0.0.1::8080"];
    const environment = ["-e", "POSTGRES_PASSWORD=only-for-this-test"];
    const database = await runContainer(context, ...publish, ...environment, "pgvector/pgvector:pg16");
    // All in the database's network: each finds the others on localhost.
    const shared = ["--network", `container:${database}`, ...restricted];
    await runContainer(context, ...shared, mock);
    const options = [...shared, "-v", `${secrets}:/secrets:ro`, ...coreEnvironment.flatMap((pair) => ["-e", pair])];
    const migrated = await docker("run", "--rm", ...options, core, "node", "core/migrate.ts");
    assert.match(migrated, /"applied":\["001_questions\.sql"\],"message":"schema is up to date"\}$/);

    const container = await runContainer(context, ...options, core);
    const url = `http://${await docker("port", database, "8080/tcp")}`;
    await eventually(async () => {
      const ready = await fetch(`${url}/health/ready`);
      assert.equal(ready.status, 200, await ready.text());
    });
    const response = await fetch(`${url}/questions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question: "Where is the harbour?" }),
    });
    assert.equal(response.status, 201);
    assert.match(await response.text(), /"answer":"You asked: \\"Where is the harbour\?\\"\./);
    assert.equal(await exitCodeOnStop(container), "0");
  });

  async function build(image: string, folder: string, ...options: string[]): Promise<void> {
    const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    await docker("buildx", "build", "--quiet", "--load", "-t", image, ...options, path);
    cleanup.after(async () => {
      await docker("rmi", image);
    });
  }
});

const coreEnvironment = [
  "PGHOST=127.0.0.1",
  "PGUSER=postgres",
  "PGDATABASE=postgres",
  "PGPASSWORD_FILE=/secrets/password",
  "MODEL_URL=http://127.0.0.1:8000/v1",
  "MODEL_NAME=mage-chat",
];

// Docker kills after ten seconds, which would be exit code 137.
async function exitCodeOnStop(container: string): Promise<string> {
  const exited = docker("wait", container);
  await docker("stop", container);
  return exited;
}
