import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { KubeApi, Watcher } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import { ApiUnreachable } from "../../dev/cluster/api/errors.ts";
import { lockCluster } from "../../tools/cluster/context-lock.ts";
import { eventually } from "../services/docker.ts";
import { type FakeApi, type Handler, answer, fakeApi, kubeconfigOf, lockedTo } from "../support/fake-api.ts";

// The client against an API server that behaves as badly as a real one can.

const closing: (() => Promise<void>)[] = [];
after(async () => void (await Promise.all(closing.map((close) => close()))));

async function connected(handler: Handler): Promise<{ fake: FakeApi; api: KubeApi; reached: string[] }> {
  const fake = await fakeApi(handler);
  const cluster = await lockedTo(fake.url);
  // Some kubectl ask for the server's version before they do anything.
  fake.requests.length = 0;
  const reached: string[] = [];
  const api = await connectApi(cluster, { onReach: (error) => reached.push(error === null ? "back" : "away") });
  closing.push(
    () => api.close(),
    fake.stop,
    () => cluster.release(),
  );
  return { fake, api, reached };
}

const podList = (version: string, ...names: string[]): object => ({
  kind: "PodList",
  apiVersion: "v1",
  metadata: { resourceVersion: version },
  items: names.map((name) => ({ metadata: { name, resourceVersion: version } })),
});

function event(response: ServerResponse, type: string, name: string, resourceVersion: string): void {
  response.write(`${JSON.stringify({ type, object: { kind: "Pod", metadata: { name, resourceVersion } } })}\n`);
}

function recorder(): { readonly seen: string[]; readonly watcher: Watcher } {
  const seen: string[] = [];
  const onEvent: Watcher["onEvent"] = (type, object) =>
    void seen.push(`${type} ${(object as { metadata: { name: string } }).metadata.name}`);
  return { seen, watcher: { onList: () => seen.push("list"), onEvent } };
}

const sees = (seen: readonly string[], ...expected: string[]): Promise<void> =>
  eventually(async () => assert.deepEqual(seen, expected));

test("a watch goes on where it was when the API was away, and that is told once", async () => {
  const { seen, watcher } = recorder();
  let watches = 0;
  const { fake, api, reached } = await connected((_, response, url) => {
    if (!url.searchParams.has("watch")) return answer(response, podList("5", "a"));
    watches += 1;
    event(response, watches === 1 ? "ADDED" : "DELETED", "b", watches === 1 ? "6" : "7");
  });
  const abort = new AbortController();
  const watching = [1, 2].map((n) =>
    api.watch("/api/v1/pods", {}, n === 1 ? watcher : recorder().watcher, abort.signal),
  );
  await eventually(async () => assert.ok(watches >= 2));
  await sees(seen.slice(0, 2), "list", "ADDED a");
  await fake.stop();
  await eventually(async () => assert.deepEqual(reached, ["away"]));
  await fake.start();
  await eventually(async () => assert.deepEqual(seen.at(-1), "DELETED b"));
  assert.deepEqual(reached, ["away", "back"]);
  assert.equal(seen.filter((line) => line === "list").length, 1, "what is remembered is not listed again");
  assert.match(fake.requests.at(-1) ?? "", /watch=1.*allowWatchBookmarks=true.*resourceVersion=[67]/);
  abort.abort();
  await Promise.all(watching);
});

test("what the API has forgotten is listed again: as an error of the watch, and as its answer", async () => {
  const { seen, watcher } = recorder();
  let watches = 0;
  const { api } = await connected((_, response, url) => {
    if (!url.searchParams.has("watch")) return answer(response, podList(String(watches * 10 + 1), `pod${watches}`));
    watches += 1;
    if (watches === 1)
      return void response.end(`${JSON.stringify({ type: "ERROR", object: { code: 410, reason: "Expired" } })}\n`);
    if (watches === 2) return answer(response, { code: 410 }, 410);
    event(response, "BOOKMARK", "none", "99");
  });
  const abort = new AbortController();
  const watching = api.watch("/api/v1/pods", {}, watcher, abort.signal);
  await sees(seen, "list", "ADDED pod0", "list", "ADDED pod1", "list", "ADDED pod2");
  abort.abort();
  await watching;
});

test("a bookmark is where a broken watch goes on, and half a line is no event", async () => {
  const { seen, watcher } = recorder();
  const { fake, api } = await connected((_, response, url) => {
    if (!url.searchParams.has("watch")) return answer(response, podList("5"));
    if (url.searchParams.get("resourceVersion") === "5") {
      event(response, "BOOKMARK", "none", "8");
      response.write('{"type":"ADDED","object":{"metada', () => response.socket?.destroy());
    } else event(response, "ADDED", "b", "9");
  });
  const abort = new AbortController();
  const watching = api.watch("/api/v1/pods", { labelSelector: "a=b" }, watcher, abort.signal);
  await sees(seen, "list", "ADDED b");
  assert.match(fake.requests.at(-1) ?? "", /labelSelector=a%3Db.*resourceVersion=8$/);
  abort.abort();
  await watching;
});

test("a list of several pages is told as one, and only when all of it is there", async () => {
  const { seen, watcher } = recorder();
  let isBroken = true;
  const { api } = await connected((_, response, url) => {
    const { searchParams: query } = url;
    if (query.has("watch")) return;
    if (query.get("continue") !== "more")
      return answer(response, { ...podList("5", "a"), metadata: { resourceVersion: "5", continue: "more" } });
    if (isBroken) response.socket?.destroy();
    else answer(response, podList("5", "b"));
    isBroken = false;
  });
  const abort = new AbortController();
  const watching = api.watch("/api/v1/pods", {}, watcher, abort.signal);
  await sees(seen, "list", "ADDED a", "ADDED b");
  abort.abort();
  await watching;
});

test("a watch that is refused asks again, at most about once a second, and a mistake of the watcher ends it", async () => {
  let isAllowed = false;
  const { fake, api, reached } = await connected((_, response) =>
    isAllowed ? answer(response, podList("5", "a")) : answer(response, { message: "no" }, 403),
  );
  const watching = api.watch(
    "/api/v1/pods",
    {},
    { onList: () => undefined, onEvent: () => assert.fail("mine") },
    AbortSignal.timeout(20_000),
  );
  await eventually(async () => assert.ok(fake.requests.length >= 3));
  isAllowed = true;
  await assert.rejects(watching, /mine/);
  assert.deepEqual(reached, [], "a refusal is an answer");
});

test("no answer is an error that a user can read; an aborted request rejects with the reason", async () => {
  const { fake, api } = await connected((_, response, url) => {
    if (url.pathname !== "/silent") answer(response, {});
  });
  const abort = new AbortController();
  const asked = api.request("GET", "/silent", { signal: abort.signal });
  await eventually(async () => assert.equal(fake.requests.length, 1));
  abort.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
  await fake.stop();
  await assert.rejects(api.request("GET", "/version"), (error) => {
    assert.ok(error instanceof ApiUnreachable);
    assert.deepEqual(error.findings[0]?.code, "CLUSTER_UNREACHABLE");
    return error.findings[0].where === fake.url;
  });
});

test("a kept connection that the API has closed meanwhile is no failure; what is created is not created twice", async () => {
  const used = new WeakSet<object>();
  const { fake, api } = await connected(({ socket }, response) => {
    if (used.has(socket)) return void socket.destroy();
    used.add(socket);
    answer(response, {});
  });
  const again = async (method: "PATCH" | "POST"): Promise<number> => {
    // A connection is kept from the next turn of the event loop on.
    await setImmediate();
    return (await api.request(method, "/x", { body: {} })).status;
  };
  assert.deepEqual([await again("PATCH"), await again("PATCH"), await again("PATCH")], [200, 200, 200]);
  assert.equal(fake.requests.length, 5);
  await assert.rejects(again("POST"), ApiUnreachable);
  assert.equal(fake.requests.length, 6);
});

test("warnings and text are told as they are", async () => {
  const { api } = await connected((_, response) => {
    response.setHeader("warning", ['299 - "old"', '299 - "older, \\"still\\""']);
    response.writeHead(200, { "content-type": "text/plain" }).end("a log\n");
  });
  assert.deepEqual(await api.request("GET", "/log"), {
    status: 200,
    body: "a log\n",
    warnings: ["old", 'older, \\"still\\"'],
  });
});

test("kinds are asked for once, and again when one is unknown: custom ones come while a session runs", async () => {
  const resources = [
    { name: "widgets", kind: "Widget", namespaced: true },
    { name: "widgets/status", kind: "Widget", namespaced: true },
  ];
  const { fake, api } = await connected((_, response, url) =>
    url.pathname === "/apis/acme.io/v1" ? answer(response, { resources }) : answer(response, {}, 404),
  );
  const ref = { apiVersion: "acme.io/v1", kind: "Widget", namespace: "a", name: "w" };
  assert.equal(await api.pathOf(ref), "/apis/acme.io/v1/namespaces/a/widgets/w");
  assert.equal(await api.pathOf({ ...ref, name: null }), "/apis/acme.io/v1/namespaces/a/widgets");
  assert.equal(await api.pathOf({ ...ref, namespace: null, name: null }), "/apis/acme.io/v1/widgets");
  assert.equal(await api.pathOf({ ...ref, namespace: null }), "/apis/acme.io/v1/namespaces/default/widgets/w");
  assert.equal(fake.requests.length, 1);
  const gadget = { apiVersion: "acme.io/v1", kind: "Gadget", namespace: "a", name: "g" };
  assert.equal(await api.pathOf(gadget), null);
  resources.push({ name: "gadgets", kind: "Gadget", namespaced: false });
  assert.equal(await api.pathOf(gadget), "/apis/acme.io/v1/gadgets/g");
  assert.equal(await api.pathOf({ ...ref, apiVersion: "other.io/v1" }), null);
});

test("a current context that is switched under a session sends no request elsewhere", async () => {
  const [mine, other] = await Promise.all([1, 2].map(() => fakeApi((_, response) => answer(response, {}))));
  assert.ok(mine && other);
  const { exec, switchTo, remove } = await kubeconfigOf({ mine: mine.url, other: other.url }, { token: "t" });
  const cluster = await lockCluster({ exec, root: ".", allowedContexts: ["mine"] });
  const api = await connectApi(cluster);
  closing.push(
    mine.stop,
    other.stop,
    () => api.close(),
    () => cluster.release(),
    remove,
  );
  await api.request("GET", "/before");
  await switchTo("other");
  await api.request("GET", "/after");
  await cluster.kubectl.run(["get", "--raw", "/by-kubectl"]);
  for (const path of ["/before", "/after", "/by-kubectl"]) assert.ok(mine.requests.includes(`GET ${path}`), path);
  assert.deepEqual(other.requests, []);
});
