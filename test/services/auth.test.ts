import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { HttpError } from "../../services/base/errors.ts";
import { hashPassword, verifyPassword } from "../../services/base/passwords.ts";
import { usersFrom } from "../../services/base/users.ts";
import { tokensFrom } from "../../services/auth/tokens.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startNamed } from "./client.ts";
import { skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";

const secret = "thirty-two random characters, or so";

test("a password is verified by its own hash alone, and no two hashes are alike", async () => {
  const [first, second] = await Promise.all([hashPassword("Zürich 1"), hashPassword("Zürich 1")]);
  assert.match(first, /^scrypt:32768:8:3:[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(first, second);
  assert.equal(await verifyPassword("Zürich 1", first), true);
  assert.equal(await verifyPassword("Zu\u0308rich 1", first), true, "the same letters, composed otherwise");
  assert.equal(await verifyPassword("Zürich 2", first), false);
  assert.equal(await verifyPassword("Zürich 1", undefined), false);
});

test("the signing key follows from the secret", async () => {
  const jwksOf = async (text: string) => (await tokensFrom(text, 60)).jwks;
  const [one, same, other] = await Promise.all([secret, secret, `${secret}!`].map(jwksOf));
  assert.deepEqual(one, same);
  assert.notEqual(one?.keys[0]?.["kid"], other?.keys[0]?.["kid"]);
  assert.deepEqual(Object.keys(one?.keys[0] ?? {}).toSorted(), ["alg", "crv", "kid", "kty", "use", "x"]);
  await assert.rejects(tokensFrom("short", 60), /AUTH_SEED is shorter than 16/);
});

describe("auth with a real PostgreSQL and Redis", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let url: string;
  let otherReplica: string;

  before(async () => {
    platform = await startPlatform(cleanup);
    const env = { ...platform.env, AUTH_SEED_FILE: await platform.secretFile("signing", `${secret}\n`) };
    const sql = "insert into users (name, password_hash, roles) values ($1, $2, $3)";
    await platform.database.query(sql, ["ada", await hashPassword("right"), ["analyst", "admin"]]);
    await platform.database.query(sql, ["bob", await hashPassword("right"), []]);
    const started = await Promise.all([startNamed(cleanup, "auth", env), startNamed(cleanup, "auth", env)]);
    [url, otherReplica] = started.map((replica) => replica.url) as [string, string];
  });

  test("whoever knows the password gets a token that all services accept", async () => {
    const { status, headers, body } = await signIn("ada", "right");
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    const { access_token: token, ...rest } = body;
    assert.deepEqual(rest, { token_type: "Bearer", expires_in: 3_600 });
    const user = await usersFrom({ AUTH_URL: otherReplica }).of(`Bearer ${String(token)}`);
    assert.deepEqual(user, { name: "ada", roles: ["analyst", "admin"], token });
    assert.deepEqual(await me(String(token), otherReplica), [200, { name: "ada", roles: ["analyst", "admin"] }]);
    await assert.rejects(
      usersFrom({ AUTH_URL: url }).of(`Bearer ${await platform.token("ada")}`),
      (error) => error instanceof HttpError && error.status === 401,
    );
  });

  test("no token, a stranger's and a torn one are refused", async () => {
    const strangers = await platform.token("ada");
    for (const token of ["", strangers, strangers.slice(0, 40), "a b"])
      assert.equal((await me(token, url))[0], 401, token);
  });

  test("an unknown user and a wrong password get the same answer after the same work", async () => {
    const times: { readonly knownMs: number; readonly unknownMs: number }[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const known = await signIn("bob", "wrong");
      const unknown = await signIn("nobody", "wrong");
      assert.equal(known.status, 401);
      assert.deepEqual([unknown.status, unknown.body], [known.status, known.body]);
      times.push({ knownMs: known.durationMs, unknownMs: unknown.durationMs });
    }
    const knownMs = Math.min(...times.map((one) => one.knownMs));
    const unknownMs = Math.min(...times.map((one) => one.unknownMs));
    // Far apart they would be without the work: 1 ms against 100 or more.
    assert.ok(unknownMs > knownMs / 4, `${unknownMs} ms against ${knownMs} ms`);
  });

  for (const name of ["bob", "nobody-either"]) {
    test(`five failures are enough for ${name}, even all at once, and nobody else is held up`, async () => {
      await platform.redis.del(`auth:attempts:${name}`);
      const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(name, "wrong")));
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
      const refused = await signIn(name, "right", otherReplica);
      assert.equal(refused.status, 429);
      assert.match(JSON.stringify(refused.body), /"code":"too_many_attempts"/);
      const seconds = Number(refused.headers.get("retry-after"));
      assert.ok(seconds > 280 && seconds <= 300, `retry-after is ${seconds}`);
      assert.equal((await signIn("ada", "right")).status, 200);
    });
  }

  test("a success forgets the failures before it", async () => {
    await platform.redis.set("auth:attempts:ada", 4, "EX", 60);
    assert.equal((await signIn("ada", "right")).status, 200);
    assert.equal(await platform.redis.exists("auth:attempts:ada"), 0);
  });

  for (const body of [{}, { username: "ada" }, { username: "", password: "x" }, { username: "a\0", password: "x" }]) {
    test(`POST /token ${JSON.stringify(body)}: 400`, async () => {
      assert.equal((await post("/token", body)).status, 400);
    });
  }

  test("without Redis nobody gets in, and auth says why", async () => {
    const nowhere = { ...platform.env, REDIS_URL: "redis://127.0.0.1:1", AUTH_SEED: secret };
    const { url: alone } = await startNamed(cleanup, "auth", nowhere);
    const { status, body } = await signIn("ada", "right", alone);
    assert.equal(status, 503);
    assert.match(JSON.stringify(body), /"code":"redis_unavailable"/);
    const ready = await fetch(`${alone}/health/ready`);
    assert.match(await ready.text(), /\{"name":"redis","ready":false/);
  });

  async function signIn(username: string, password: string, at = url) {
    const startedAtMs = performance.now();
    const answer = await post("/token", { username, password }, at);
    return { ...answer, durationMs: performance.now() - startedAtMs };
  }

  async function me(token: string, at: string): Promise<[number, unknown]> {
    const response = await fetch(`${at}/me`, { headers: { authorization: `Bearer ${token}` } });
    return [response.status, await response.json()];
  }

  async function post(path: string, body: unknown, at = url) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(at + path, { method: "POST", headers, body: JSON.stringify(body) });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }
});
