import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { createMockServer } from "../../dev/mock/server.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import type { Cleanup } from "./cleanup.ts";
import { docker, eventually, freePort, runContainer, skipWithoutDocker } from "./docker.ts";
import { startProgram } from "./program.ts";

interface Question {
  readonly id: number;
  readonly question: string;
  readonly answer: string | null;
  readonly model: string;
  readonly createdAt: string;
}

const migrateFile = new URL("../../services/core/migrate.ts", import.meta.url);
const password = "only-for-this-test";

describe("core with a real PostgreSQL", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let container: string;
  let modelPort: number;
  let env: Record<string, string>;
  let url: string;
  let model = createMockServer({ models: ["mage-chat"] });

  before(async () => {
    // A port chosen here, because one chosen by Docker changes when the container restarts.
    const databasePort = await freePort();
    modelPort = await freePort();
    const publish = `127.0.0.1:${databasePort}:5432`;
    const image = "pgvector/pgvector:pg16";
    container = await runContainer(cleanup, "-e", `POSTGRES_PASSWORD=${password}`, "-p", publish, image);
    const folder = await mkdtemp(join(tmpdir(), "core-"));
    cleanup.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "password"), `${password}\n`);
    env = {
      PORT: "0",
      METRICS_PORT: "0",
      PGHOST: "127.0.0.1",
      PGPORT: String(databasePort),
      PGUSER: "postgres",
      PGDATABASE: "postgres",
      PGPASSWORD_FILE: join(folder, "password"),
      MODEL_URL: `http://127.0.0.1:${modelPort}/v1`,
      MODEL_NAME: "mage-chat",
    };
    await serveModel();
  });
  cleanup.after(stopModel);

  test("before the migration, core is not ready and says so", async () => {
    const core = startProgram(cleanup, new URL("../../services/core/main.ts", import.meta.url), env);
    url = `http://127.0.0.1:${String((await core.logged("listening"))["port"])}`;
    const body = await eventually(async () => {
      const ready = await fetch(`${url}/health/ready`);
      const text = await ready.text();
      assert.match(text, /"name":"database","ready":true/);
      assert.equal(ready.status, 503);
      return text;
    });
    assert.match(body, /"name":"schema","ready":false,"reason":"relation \\"schema_migrations\\" does not exist"/);
    assert.match(body, /"name":"model","ready":true/);
  });

  test("two migrations at once and a third end in one schema", async (context) => {
    const programs = [migrate(context), migrate(context)];
    assert.deepEqual(await Promise.all(programs.map((program) => program.exitCode)), [0, 0]);
    const again = migrate(context);
    assert.equal(await again.exitCode, 0);
    const applied = [...programs, again].map((program) => program.lines.at(-1)?.["applied"]);
    assert.deepEqual(applied.flat(), ["001_questions.sql"]);
    assert.deepEqual(applied[2], []);
    assert.equal(await sql("select number || name from schema_migrations"), "1001_questions.sql");
    assert.equal(await sql("select extname from pg_extension where extname = 'vector'"), "vector");
  });

  test("then core is ready", async () => {
    const ready = await fetch(`${url}/health/ready`);
    assert.equal(ready.status, 200, await ready.text());
  });

  test("a question is answered, stored and found again", async () => {
    const { response, body } = await ask("Where is the harbour?");
    assert.equal(response.status, 201);
    const { id, question, answer, model: name, createdAt } = body as Question;
    assert.equal(response.headers.get("location"), `/questions/${id}`);
    assert.equal(question, "Where is the harbour?");
    assert.match(answer ?? "", /^You asked: "Where is the harbour\?"\./);
    assert.equal(name, "mage-chat");
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
    assert.deepEqual(await get(`/questions/${id}`), { status: 200, body });
  });

  test("questions are listed newest first, up to the limit", async () => {
    await ask("Second?");
    await ask("Third?");
    const { body } = await get("/questions?limit=2");
    const { questions } = body as { questions: Question[] };
    assert.deepEqual(
      questions.map(({ question }) => question),
      ["Third?", "Second?"],
    );
  });

  const refused: [string, number, string][] = [
    ["/questions?limit=0", 400, "invalid_limit"],
    ["/questions?limit=101", 400, "invalid_limit"],
    ["/questions?limit=ten", 400, "invalid_limit"],
    ["/questions/999999", 404, "not_found"],
    ["/questions/99999999999999999999", 404, "not_found"],
    ["/questions/1;drop", 404, "not_found"],
    ["/answers", 404, "not_found"],
  ];
  for (const [path, status, code] of refused) {
    test(`GET ${path}: ${status} ${code}`, async () => {
      const { status: actual, body } = await get(path);
      assert.deepEqual([actual, (body as { error: { code: string } }).error.code], [status, code]);
    });
  }

  for (const question of [undefined, 7, "", "  ", "x".repeat(4_001), "a\0b"]) {
    test(`POST /questions with ${JSON.stringify(question)?.slice(0, 12) ?? "nothing"}: 400`, async () => {
      const { response, body } = await ask(question);
      assert.equal(response.status, 400);
      assert.match(JSON.stringify(body), /"code":"invalid_question"/);
    });
  }

  test("without the model: 502, the question is kept, core is not ready; with it again, all is well", async () => {
    await stopModel();
    const { response, body } = await ask("Anybody there?");
    assert.equal(response.status, 502);
    assert.match(
      JSON.stringify(body),
      /^\{"error":\{"code":"model_failed","message":"the model did not answer; question \d+ is kept"\}\}$/,
    );
    const kept = await get(response.headers.get("location") ?? "");
    assert.equal((kept.body as Question).question, "Anybody there?");
    assert.equal((kept.body as Question).answer, null);
    const ready = await get("/health/ready");
    assert.equal(ready.status, 503);
    assert.match(
      JSON.stringify(ready.body),
      /"name":"model","ready":false,"reason":"fetch failed: connect ECONNREFUSED/,
    );
    await serveModel();
    assert.equal((await get("/health/ready")).status, 200);
    assert.equal((await ask("Back?")).response.status, 201);
  });

  test("core lives through a restart of the database, and is ready again after it", async () => {
    await docker("pause", container);
    const paused = await get("/health/ready");
    await docker("unpause", container);
    assert.equal(paused.status, 503);
    assert.match(JSON.stringify(paused.body), /"name":"database","ready":false,"reason":"no answer within 800 ms"/);
    await docker("restart", "-t", "5", container);
    assert.equal((await get("/health/live")).status, 200);
    await eventually(async () => assert.equal((await get("/health/ready")).status, 200));
    assert.equal((await ask("Still there?")).response.status, 201);
  });

  test("a wrong password ends the migration at once", async (context) => {
    const { PGPASSWORD_FILE: _file, ...rest } = env;
    const program = startProgram(context, migrateFile, { ...rest, PGPASSWORD: "wrong" });
    assert.equal(await program.exitCode, 1);
    assert.match(JSON.stringify(program.lines), /password authentication failed/);
    assert.doesNotMatch(JSON.stringify(program.lines), /waiting/);
  });

  test("a database that never answers ends the migration when its time is up", async (context) => {
    const PGPORT = String(await freePort());
    const program = startProgram(context, migrateFile, {
      ...env,
      PGPORT,
      MIGRATE_TIMEOUT_MS: "1000",
    });
    assert.equal(await program.exitCode, 1);
    const messages = program.lines.map((line) => line["message"]);
    assert.deepEqual(messages, ["waiting for the database", "waiting for the database", "crashed"]);
  });

  async function serveModel() {
    model = createMockServer({ models: ["mage-chat"] });
    model.listen(modelPort, "127.0.0.1");
    await once(model, "listening");
  }

  async function stopModel() {
    model.closeAllConnections();
    await new Promise((resolve) => model.close(resolve));
  }

  function migrate(context: Cleanup) {
    return startProgram(context, migrateFile, env);
  }

  async function sql(statement: string): Promise<string> {
    return docker("exec", container, "psql", "-U", "postgres", "-Atc", statement);
  }

  async function ask(question: unknown) {
    const response = await fetch(`${url}/questions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question }),
    });
    return { response, body: (await response.json()) as unknown };
  }

  async function get(path: string) {
    const response = await fetch(url + path);
    return { status: response.status, body: (await response.json()) as unknown };
  }
});
