import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { opening, resolve, rounds, sectors } from "../../services/wargame/rules.ts";
import type { Order, State, Units } from "../../services/wargame/rules.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { startModelStub, startPeerStub } from "./stubs.ts";
import type { JsonRequest, ModelStub } from "./stubs.ts";

const order: fc.Arbitrary<Order> = fc.record({
  action: fc.constantFrom("attack", "hold"),
  sector: fc.constantFrom(...sectors),
});
const orders = fc.record({ blue: order, red: order });
const units = fc.record({ north: fc.nat(9), centre: fc.nat(9), south: fc.nat(9) });
const state: fc.Arbitrary<State> = fc.record({
  blue: units,
  red: units,
  turns: fc.array(orders, { maxLength: rounds - 1 }),
  outcome: fc.constant(null),
});

test("units are never made, at most one is lost, and never are there fewer than none", () => {
  fc.assert(
    fc.property(state, orders, (before, given) => {
      const after = resolve(before, given);
      for (const side of ["blue", "red"] as const) {
        for (const sector of sectors) {
          const change = after[side][sector] - before[side][sector];
          assert.ok(after[side][sector] >= 0 && change >= -1 && change <= 0, JSON.stringify(after));
        }
      }
      assert.deepEqual(after.turns, [...before.turns, given]);
    }),
  );
});

test("the rules favour no side: exchanged before or exchanged after is the same", () => {
  fc.assert(
    fc.property(state, orders, (before, given) => {
      assert.deepEqual(resolve(mirrored(before), exchanged(given)), mirrored(resolve(before, given)));
    }),
  );
});

test("a game ends after its rounds, and not before", () => {
  fc.assert(
    fc.property(fc.array(orders, { minLength: rounds, maxLength: rounds }), (all) => {
      const states = all.map((_, index) => all.slice(0, index + 1).reduce(resolve, opening));
      assert.deepEqual(
        states.map(({ outcome }) => outcome !== null),
        states.map((_, index) => index === rounds - 1),
      );
    }),
  );
});

test("one round, in numbers", () => {
  const attack: Order = { action: "attack", sector: "north" };
  const hold: Order = { action: "hold", sector: "north" };
  const held = resolve(opening, { blue: attack, red: hold });
  assert.deepEqual([held.blue, held.red], [opening.blue, opening.red]);
  const open = resolve(opening, { blue: attack, red: { ...hold, sector: "south" } });
  assert.deepEqual([open.blue, open.red], [opening.blue, { north: 2, centre: 3, south: 3 }]);
});

test("who has more units in more sectors wins", () => {
  const last = { ...opening, turns: Array.from({ length: rounds - 1 }, () => rest) };
  const outcome = (red: Partial<Units>) => resolve({ ...last, red: { ...last.red, ...red } }, rest).outcome;
  assert.equal(outcome({}), "draw");
  assert.equal(outcome({ north: 0 }), "blue");
  assert.equal(outcome({ north: 0, centre: 4 }), "draw");
  assert.equal(outcome({ north: 0, centre: 4, south: 4 }), "red");
});

describe("wargame with a real PostgreSQL", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  const asked: JsonRequest[] = [];
  const attack = { order: { action: "attack", sector: "centre" } } as const;
  let platform: Platform;
  let model: ModelStub;
  let env: Record<string, string>;
  let ann: Client;
  let bob: Client;

  before(async () => {
    platform = await startPlatform(cleanup);
    model = await startModelStub(cleanup);
    const AGENT_URL = await startPeerStub(cleanup, (request) => {
      asked.push(request);
      return { answer: "Advance in the centre." };
    });
    env = { ...platform.env, AGENT_URL, VLLM_URL: model.url };
    const { url } = await startNamed(cleanup, "wargame", env);
    ann = clientOf(url, await platform.token("ann"));
    bob = clientOf(url, await platform.token("bob"));
  });

  test("a game is played to its end, and found again, by its owner alone", async () => {
    const created = await ann.post("/games", { scenario: "Two islands" });
    const { id } = created.body;
    assert.deepEqual([created.status, created.headers.get("location")], [201, `/games/${id}`]);
    assert.deepEqual(created.body, { id, scenario: "Two islands", ...opening });
    model.reply({ text: '{"action":"attack","sector":"south"}' });
    const first = await ann.post(`/games/${id}/turns`, attack);
    const red: Order = { action: "attack", sector: "south" };
    const expected = { id, scenario: "Two islands", ...resolve(opening, { blue: attack.order, red }) };
    assert.deepEqual([first.status, first.body], [200, expected]);
    const { response_format: format, messages } = model.requests.at(-1);
    assert.deepEqual(format.json_schema.schema.properties.action, { enum: ["attack", "hold"] });
    assert.match(messages[0].content, /^Scenario: Two islands\nYou command red\. Round 1 of 6: /);
    const wrong = ["", "attack west", "{}", '{"action":"nuke","sector":"north"}', '{"action":"hold","sector":"moon"}'];
    for (const text of wrong) {
      model.reply({ text });
      const { body } = await ann.post(`/games/${id}/turns`, attack);
      assert.deepEqual(body.turns.at(-1).red, { action: "hold", sector: "centre" }, text);
    }
    const { body } = await ann.get(`/games/${id}`);
    assert.deepEqual([body.turns.length, body.outcome], [6, "draw"]);
    for (const path of ["turns", "advice"]) {
      const over = await ann.post(`/games/${id}/${path}`, attack);
      assert.deepEqual([over.status, over.body.error.code], [409, "game_over"]);
      assert.equal((await bob.post(`/games/${id}/${path}`, attack)).status, 404);
    }
    assert.equal((await bob.get(`/games/${id}`)).status, 404);
  });

  test("of two orders for one round, one counts", async () => {
    const { id } = (await ann.post("/games", { scenario: "Two islands" })).body;
    let release: () => void = () => undefined;
    const after = new Promise<void>((resolved) => (release = resolved));
    const hold = { text: '{"action":"hold","sector":"north"}', after };
    model.reply(hold, hold);
    const requests = model.requests.length + 2;
    const both = [ann.post(`/games/${id}/turns`, attack), ann.post(`/games/${id}/turns`, attack)];
    await eventually(async () => assert.equal(model.requests.length, requests));
    release();
    const codes = (await Promise.all(both)).map(({ status, body }) => `${status} ${body.error?.code ?? ""}`);
    assert.deepEqual(new Set(codes), new Set(["200 ", "409 turn_taken"]));
    assert.equal((await ann.get(`/games/${id}`)).body.turns.length, 1);
  });

  test("a model that fails: 502, and the round is not played", async () => {
    const { id } = (await ann.post("/games", { scenario: "Two islands" })).body;
    model.reply({ status: 500 });
    const { status, body } = await ann.post(`/games/${id}/turns`, attack);
    assert.deepEqual([status, body.error.code], [502, "model_failed"]);
    assert.equal((await ann.get(`/games/${id}`)).body.turns.length, 0);
  });

  test("advice comes from agent, on the user's behalf", async () => {
    const { id } = (await ann.post("/games", { scenario: "Two islands" })).body;
    const { status, body } = await ann.post(`/games/${id}/advice`);
    assert.deepEqual([status, body], [200, { advice: "Advance in the centre." }]);
    const { path, authorization, body: sent } = asked.at(-1) ?? {};
    assert.equal(path, "/tasks");
    assert.match(authorization ?? "", /^Bearer ey/);
    assert.match(sent.task, /You command blue\. Round 1 of 6: /);
  });

  test("the mock plays red as well", async (context) => {
    const { url } = await startNamed(context, "wargame", { ...env, VLLM_URL: platform.modelUrl });
    const client = clientOf(url, await platform.token("ann"));
    const { id } = (await client.post("/games", { scenario: "Two islands" })).body;
    const { body } = await client.post(`/games/${id}/turns`, attack);
    assert.deepEqual(body.turns?.[0].red, { action: "attack", sector: "north" }, JSON.stringify(body));
  });

  const wrong = [{}, { order: { action: "nuke", sector: "north" } }, { order: { action: "hold", sector: "moon" } }];
  for (const body of wrong) {
    test(`a turn of ${JSON.stringify(body)}: 400`, async () => {
      assert.equal((await ann.post("/games/1/turns", body)).status, 400);
    });
  }
});

const rest = { blue: { action: "hold", sector: "north" }, red: { action: "hold", sector: "north" } } as const;

function exchanged<Value>({ blue, red }: { readonly blue: Value; readonly red: Value }) {
  return { blue: red, red: blue };
}

function mirrored({ turns, outcome, ...sides }: State): State {
  const other = { blue: "red", red: "blue", draw: "draw" } as const;
  return { ...exchanged(sides), turns: turns.map(exchanged), outcome: outcome && other[outcome] };
}
