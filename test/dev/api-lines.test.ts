import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import { type Handler, answer, fakeApi, lockedTo } from "../support/fake-api.ts";

// Texts that the API sends line by line.

const closing: (() => Promise<void>)[] = [];
after(async () => void (await Promise.all(closing.map((close) => close()))));

async function connected(handler: Handler): Promise<{ api: KubeApi }> {
  const fake = await fakeApi(handler);
  const cluster = await lockedTo(fake.url);
  const api = await connectApi(cluster);
  closing.push(
    () => api.close(),
    fake.stop,
    () => cluster.release(),
  );
  return { api };
}

test("lines come one by one, the last one also without an end; what is refused says why", async () => {
  const { api } = await connected((_, response, url) => {
    if (url.pathname === "/none") return answer(response, { kind: "Status", message: "container is waiting" }, 400);
    response.write("one\ntw");
    setTimeout(() => response.end("o\n\nthree"), 20);
  });
  const lines: string[] = [];
  const { signal } = new AbortController();
  await api.lines("/log", { follow: "true" }, (line) => lines.push(line), signal);
  assert.deepEqual(lines, ["one", "two", "", "three"]);
  await assert.rejects(
    api.lines("/none", {}, (line) => lines.push(line), signal),
    /container is waiting/,
  );
});

test("lines end with their signal", async () => {
  const abort = new AbortController();
  const { api } = await connected((_, response) => void response.write("one\n"));
  const followed = api.lines("/log", {}, () => abort.abort(), abort.signal);
  await assert.rejects(followed, { name: "AbortError" });
});
