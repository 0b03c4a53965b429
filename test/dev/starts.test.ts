import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeApi, Watcher } from "../../dev/cluster/api/api.ts";
import type { Pod } from "../../dev/sources/pod.ts";
import { newBoot } from "../../dev/cluster/port-forward-boot.ts";
import { watchStarts } from "../../dev/sources/starts.ts";

// When a pod's program runs, as nodes tell it.

function watched() {
  let watcher: Watcher | null = null;
  const watch = async (_path: string, _query: unknown, given: Watcher): Promise<void> => void (watcher = given);
  const api = { watch };
  const { starts } = watchStarts(api as unknown as KubeApi, new AbortController().signal);
  const tell = (type: "ADDED" | "DELETED", uid: string, fieldPath = "spec.containers{web}"): void =>
    watcher?.onEvent(type, { involvedObject: { uid, fieldPath } });
  return { starts, tell };
}

const pod = (uid: string, status: Pod["status"] = {}): Pod => ({ metadata: { name: uid, uid }, status });

test("a pod has started as soon as its node says so, or its status does", () => {
  const { starts, tell } = watched();
  assert.equal(starts.has(pod("a")), false);
  assert.equal(starts.has(pod("a", { containerStatuses: [{ name: "web", state: { running: {} } }] })), true);
  tell("ADDED", "a");
  assert.equal(starts.has(pod("a")), true);
  tell("DELETED", "a");
  assert.equal(starts.has(pod("a")), false);
});

test("that an init container or a sidecar runs is no start of the service", () => {
  const { starts, tell } = watched();
  tell("ADDED", "a", "spec.initContainers{proxy}");
  assert.equal(starts.has(pod("a")), false);
});

test("whoever waits is woken by the next start, or when the time is over", async () => {
  const { starts, tell } = watched();
  const beganMs = performance.now();
  const woken = Promise.all([starts.next(60_000), starts.next(60_000)]);
  tell("ADDED", "a");
  await woken;
  await starts.next(10);
  assert.ok(performance.now() - beganMs < 30_000);
});

test("a program is asked when it has had most of the time that the last one took, and at once where nothing is known", async () => {
  let startedMs: number | null = performance.now();
  const boot = newBoot({ toldMs: () => startedMs });
  const isAtOnce = (): Promise<boolean> =>
    Promise.race([
      boot.mayListen(pod("a")).then(() => true),
      new Promise<boolean>((resolve) => setImmediate(resolve, false)),
    ]);
  /** How long after `startedMs` it may. Timers may come a millisecond early. */
  const mayAfterMs = async (sinceMs: number): Promise<number> => {
    await boot.mayListen(pod("a"));
    return performance.now() - sinceMs + 1;
  };
  assert.ok(await isAtOnce(), "nothing is known");
  startedMs = performance.now() - 100;
  boot.listened(pod("a"));
  assert.ok(await isAtOnce(), "it had its time");
  startedMs = performance.now();
  assert.ok((await mayAfterMs(startedMs)) >= 60, "the next one is given it");
  startedMs = performance.now() - 60_000;
  boot.listened(pod("a"));
  startedMs = performance.now();
  const afterMs = await mayAfterMs(startedMs);
  assert.ok(afterMs >= 100 && afterMs < 10_000, "one slow start holds up none of the others");
  startedMs = null;
  assert.ok(await isAtOnce(), "its start was not told");
});

test("when a start was told is remembered, whatever the status says", () => {
  const { starts, tell } = watched();
  const running: Pod["status"] = { containerStatuses: [{ name: "web", state: { running: {} } }] };
  assert.equal(starts.toldMs(pod("a", running)), null);
  tell("ADDED", "a");
  const toldMs = starts.toldMs(pod("a")) ?? Number.NaN;
  assert.ok(performance.now() - toldMs < 10_000 && toldMs <= performance.now());
});
