import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { moveOf } from "../../services/wargame/opponent.ts";
import { actions, opening, resolve, sectors, total } from "../../services/wargame/rules.ts";
import type { Order, Sector, Side, State } from "../../services/wargame/rules.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { startModelStub, startPeerStub } from "./stubs.ts";
import type { JsonRequest, ModelStub } from "./stubs.ts";

const order: fc.Arbitrary<Order> = fc.record({
  action: fc.constantFrom(...actions),
  sector: fc.constantFrom(...sectors),
});
const orders = fc.record({ blue: order, red: order });
const force = fc.record({ reserve: fc.nat(9), units: perSector(fc.nat(9)) });
const state: fc.Arbitrary<State> = fc.record({
  round: fc.nat(8),
  rounds: fc.constant(9),
  forces: fc.record({ blue: force, red: force }),
  holders: perSector(fc.constantFrom<(Side | null)[]>("blue", "red", null)),
  outcome: fc.constant(null),
});

test("units are never made, and never fewer than none", () => {
  fc.assert(
    fc.property(state, orders, (before, given) => {
      const after = resolve(before, given);
      for (const side of ["blue", "red"] as const) {
        assert.ok(total(after.forces[side]) <= total(before.forces[side]));
        const { reserve, units } = after.forces[side];
        for (const count of [reserve, ...Object.values(units)]) assert.ok(Number.isInteger(count) && count >= 0);
      }
    }),
  );
});

test("the rules favour no side: exchanged before or exchanged after is the same", () => {
  fc.assert(
    fc.property(state, orders, (before, given) => {
      const exchanged = { blue: given.red, red: given.blue };
      assert.deepEqual(resolve(mirrored(before), exchanged), mirrored(resolve(before, given)));
    }),
  );
});

test("the same orders come to the same, and change nothing of what was given", () => {
  fc.assert(
    fc.property(state, orders, (before, given) => {
      const text = JSON.stringify({ before, given });
      assert.deepEqual(resolve(before, given), resolve(before, given));
      assert.equal(JSON.stringify({ before, given }), text);
    }),
  );
});

test("a game ends after its rounds at the latest", () => {
  fc.assert(
    fc.property(fc.array(orders, { minLength: 5, maxLength: 5 }), (all) => {
      const after = all.reduce((now, given) => (now.outcome === null ? resolve(now, given) : now), opening(5));
      assert.notEqual(after.outcome, null);
    }),
  );
});

test("one round, in numbers", () => {
  const hold: Order = { action: "hold", sector: "north" };
  const one = resolve(opening(2), { blue: { action: "advance", sector: "north" }, red: hold });
  // Two against three that hold (five): two lost; three against two that advance (three): one lost.
  assert.deepEqual([one.forces.blue.units.north, one.forces.red.units.north, one.holders.north], [0, 2, "red"]);
  const two = resolve(one, { blue: { action: "advance", sector: "centre" }, red: hold });
  assert.deepEqual([two.holders.centre, two.outcome], ["blue", "blue"]);
});

test("what is no order is to hold what red holds", () => {
  const move = { action: "advance", sector: "west", reason: "a\0b\ud800" };
  const { action, sector } = move;
  assert.deepEqual(moveOf(JSON.stringify(move), opening(1)), { order: { action, sector }, reason: "ab" });
  const hold = { order: { action: "hold", sector: "north" }, reason: null };
  for (const wrong of ["", "advance west", "{}", '{"action":"nuke","sector":"west","reason":""}']) {
    assert.deepEqual(moveOf(wrong, opening(1)), hold, wrong);
  }
});

describe("wargame with a real PostgreSQL", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  const asked: JsonRequest[] = [];
  const attack = { order: { action: "advance", sector: "centre" } };
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
    const created = await ann.post("/games", { scenario: "Two islands", rounds: 2 });
    const { id } = created.body;
    assert.deepEqual([created.status, created.headers.get("location")], [201, `/games/${id}`]);
    assert.deepEqual(created.body, { id, scenario: "Two islands", ...opening(2), turns: [] });
    model.reply({ text: '{"action":"withdraw","sector":"east","reason":"Too far."}' }, { text: "No idea." });
    const first = await ann.post(`/games/${id}/turns`, attack);
    const red: Order = { action: "withdraw", sector: "east" };
    const blue: Order = { action: "advance", sector: "centre" };
    const turn = { blue, red: { order: red, reason: "Too far." } };
    const expected = { id, scenario: "Two islands", ...resolve(opening(2), { blue, red }), turns: [turn] };
    assert.deepEqual([first.status, first.body], [200, expected]);
    const { response_format: format, messages } = model.requests.at(-1);
    assert.deepEqual(format.json_schema.schema.properties.action, { enum: [...actions] });
    assert.match(messages[0].content, /^Scenario: Two islands\nYou command red\. Round 1 of 2\./);
    const second = await ann.post(`/games/${id}/turns`, attack);
    assert.deepEqual(second.body.turns[1].red, { order: { action: "hold", sector: "north" }, reason: null });
    assert.deepEqual([second.body.round, second.body.outcome], [2, "blue"]);
    assert.deepEqual((await ann.get(`/games/${id}`)).body, second.body);
    for (const path of ["turns", "advice"]) {
      const over = await ann.post(`/games/${id}/${path}`, attack);
      assert.deepEqual([over.status, over.body.error.code], [409, "game_over"]);
    }
    assert.equal((await bob.get(`/games/${id}`)).status, 404);
    assert.equal((await bob.post(`/games/${id}/turns`, attack)).status, 404);
  });

  test("of two orders for one round, one counts", async () => {
    const { id } = (await ann.post("/games", { scenario: "Two islands" })).body;
    let release: () => void = () => undefined;
    const after = new Promise<void>((resolved) => (release = resolved));
    const hold = { text: '{"action":"hold","sector":"north","reason":"Wait."}', after };
    model.reply(hold, hold);
    const requests = model.requests.length + 2;
    const both = [ann.post(`/games/${id}/turns`, attack), ann.post(`/games/${id}/turns`, attack)];
    await eventually(async () => assert.equal(model.requests.length, requests));
    release();
    const codes = (await Promise.all(both)).map(({ status, body }) => `${status} ${body.error?.code ?? ""}`);
    assert.deepEqual(new Set(codes), new Set(["200 ", "409 turn_taken"]));
    assert.equal((await ann.get(`/games/${id}`)).body.round, 1);
  });

  test("a model that fails: 502, and the round is not played", async () => {
    const { id } = (await ann.post("/games", { scenario: "Two islands" })).body;
    model.reply({ status: 500 });
    const { status, body } = await ann.post(`/games/${id}/turns`, attack);
    assert.deepEqual([status, body.error.code], [502, "model_failed"]);
    assert.equal((await ann.get(`/games/${id}`)).body.round, 0);
  });

  test("advice comes from agent, on the user's behalf", async () => {
    const { id } = (await ann.post("/games", { scenario: "Two islands" })).body;
    const { status, body } = await ann.post(`/games/${id}/advice`);
    assert.deepEqual([status, body], [200, { advice: "Advance in the centre." }]);
    const { path, authorization, body: sent } = asked.at(-1) ?? {};
    assert.deepEqual([path, sent.stream], ["/tasks", false]);
    assert.match(authorization ?? "", /^Bearer ey/);
    assert.match(sent.task, /You command blue\. Round 1 of 8\./);
  });

  test("the mock plays red as well", async (context) => {
    const { url } = await startNamed(context, "wargame", { ...env, VLLM_URL: platform.modelUrl });
    const client = clientOf(url, await platform.token("ann"));
    const { id } = (await client.post("/games", { scenario: "Two islands" })).body;
    const { body } = await client.post(`/games/${id}/turns`, attack);
    assert.equal(typeof body.turns[0].red.reason, "string", JSON.stringify(body));
  });

  const wrong = [{}, { order: { action: "nuke", sector: "west" } }, { order: { action: "hold", sector: "moon" } }];
  for (const body of wrong) {
    test(`a turn of ${JSON.stringify(body)}: 400`, async () => {
      assert.equal((await ann.post("/games/1/turns", body)).status, 400);
    });
  }
});

function perSector<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<Sector, Value>> {
  return fc.record({ north: value, east: value, centre: value, west: value, south: value });
}

function mirrored(given: State): State {
  const other = { blue: "red", red: "blue", draw: "draw" } as const;
  const holders = Object.fromEntries(
    sectors.map((sector) => {
      const holder = given.holders[sector];
      return [sector, holder && other[holder]];
    }),
  ) as State["holders"];
  const forces = { blue: given.forces.red, red: given.forces.blue };
  return { ...given, forces, holders, outcome: given.outcome && other[given.outcome] };
}
