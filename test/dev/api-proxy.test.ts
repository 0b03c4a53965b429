import assert from "node:assert/strict";
import { test } from "node:test";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import { ApiUnreachable } from "../../dev/cluster/api/errors.ts";
import { lockCluster } from "../../tools/cluster/context-lock.ts";
import { eventually } from "../services/docker.ts";
import { answer, fakeApi, kubeconfigOf } from "../support/fake-api.ts";

// What only kubectl can do, here to act as somebody, goes through its proxy.

test("the proxy of kubectl answers when the API does not: that is no answer", async (t) => {
  const fake = await fakeApi((_, response) => answer(response, {}));
  const { exec, remove } = await kubeconfigOf({ mine: fake.url }, { token: "t", as: "somebody" });
  const cluster = await lockCluster({ exec, root: ".", allowedContexts: ["mine"] });
  const reached: string[] = [];
  const api = await connectApi(cluster, { onReach: (error) => reached.push(error === null ? "back" : "away") });
  t.after(() => Promise.all([api.close(), fake.stop(), cluster.release(), remove()]));
  assert.equal((await api.request("GET", "/x")).status, 200);
  await fake.stop();
  await assert.rejects(
    api.request("GET", "/x"),
    (error) => error instanceof ApiUnreachable && /refused/.test(error.message),
  );
  await eventually(async () => assert.deepEqual(reached, ["away"]));
  await fake.start();
  await eventually(async () => assert.deepEqual(reached, ["away", "back"]));
});
