import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { verifyPassword } from "../../services/base/passwords.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { startProgram } from "./program.ts";

const main = new URL("../../services/init-data/main.ts", import.meta.url);

describe("init-data with a real PostgreSQL", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let embeddingUrl: string;
  let env: Record<string, string>;

  before(async () => {
    platform = await startPlatform(cleanup, { migrated: false });
    const embedding = await startNamed(cleanup, "embedding", { ...platform.env, OLLAMA_URL: platform.modelUrl });
    embeddingUrl = embedding.url;
    const passwordFile = await platform.secretFile("analyst", "first password\n");
    env = { ...platform.env, EMBEDDING_URL: embeddingUrl, ANALYST_PASSWORD_FILE: passwordFile };
  });

  test("before it, who needs the schema is not ready and says so", async () => {
    await eventually(async () => {
      const { status, body } = await clientOf(embeddingUrl).get("/health/ready");
      assert.equal(status, 503);
      assert.match(
        JSON.stringify(body),
        /"name":"schema","ready":false,"reason":"relation \\"schema_migrations\\" does/,
      );
    });
  });

  test("without embedding it ends at its deadline with 1, and the schema is there", async () => {
    const { exitCode, lines } = run({ EMBEDDING_URL: "http://127.0.0.1:1", WAIT_TIMEOUT_MS: "8000" });
    assert.equal(await exitCode, 1);
    assert.deepEqual(
      lines.filter(({ message }) => message === "the schema is up to date").map((line) => line["applied"]),
      [["001_platform.sql"]],
    );
    assert.ok(lines.some(({ message }) => message === "waiting for embedding"));
    assert.match(JSON.stringify(lines.at(-1)), /"level":"fatal".*embedding does not answer/);
    assert.equal((await clientOf(embeddingUrl).get("/health/ready")).status, 200);
  });

  test("two at once and a third end in the same", async () => {
    const programs = [run(), run()];
    assert.deepEqual(await Promise.all(programs.map(({ exitCode }) => exitCode)), [0, 0]);
    const after = await state();
    const third = run();
    assert.equal(await third.exitCode, 0);
    const said = third.lines.map(({ message, applied, changed }) => ({ message, applied, changed }));
    assert.deepEqual(said, [
      { message: "the schema is up to date", applied: [], changed: undefined },
      { message: "the analyst can sign in", applied: undefined, changed: false },
      { message: "the sample document can be found", applied: undefined, changed: false },
    ]);
    assert.deepEqual(await state(), after);
    assert.equal(await verifyPassword("first password", after.users[0]?.password_hash), true);
    assert.deepEqual(after.users[0]?.roles, ["analyst"]);
  });

  test("everyone finds the sample by what it says", async () => {
    const body = { query: "who sees a document that was uploaded?", owner: "anybody", limit: 1 };
    const answer = await clientOf(embeddingUrl).post("/search", body);
    assert.equal(answer.body.passages[0].document, "About this platform.md");
    assert.match(answer.body.passages[0].text, /seen by the one who uploaded it/);
  });

  test("a changed Secret changes the password, and nothing else", async () => {
    const before = await state();
    await writeFile(env["ANALYST_PASSWORD_FILE"] ?? "", "second password");
    assert.equal(await run().exitCode, 0);
    const { users, ...rest } = await state();
    assert.equal(await verifyPassword("second password", users[0]?.password_hash), true);
    assert.deepEqual({ ...rest, users: before.users }, before);
  });

  test("a wrong password of the database is not waited for", async () => {
    const wrong = await platform.secretFile("wrong", "wrong");
    const startedAtMs = performance.now();
    const { exitCode, lines } = run({ PGPASSWORD_FILE: wrong });
    assert.equal(await exitCode, 1);
    assert.ok(performance.now() - startedAtMs < 60_000);
    assert.deepEqual(
      lines.map(({ level }) => level),
      ["fatal"],
    );
    assert.match(JSON.stringify(lines[0]), /password authentication failed/);
  });

  function run(more: Record<string, string> = {}) {
    return startProgram(cleanup, main, { ...env, ...more });
  }

  async function state() {
    const query = platform.database.query;
    return {
      users: await query<{ password_hash: string; roles: string[] }>("select * from users order by name"),
      documents: await query("select * from documents order by id"),
      passages: await query("select document_id, position, text from passages order by position"),
      migrations: await query("select * from schema_migrations"),
    };
  }
});
