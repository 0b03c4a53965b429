import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { reportTroubles } from "../../dev/cluster/troubles.ts";
import type { LoopEvent } from "../../dev/core/events.ts";
import { type Pod, ownerOf, serviceOf } from "../../dev/sources/pod.ts";
import type { Kubectl } from "../../tools/cluster/kubectl.ts";

// What is told of a pod that changes while the API is asked about it. kubectl answers here when the test lets it.

const broken = podNamed("command");
const well: Pod = { ...broken, status: { ...podNamed("well").status } };

test("a pod in trouble is told once", async () => {
  const world = openWorld(broken);
  world.answer();
  await turn();
  world.becomes(broken);
  world.answer();
  await turn();
  assert.deepEqual(world.told(), ["service-troubled"]);
});

test("a pod that became Ready while its revision was asked for is in no trouble", async () => {
  const world = openWorld(broken);
  world.becomes(well);
  world.answer();
  await turn();
  assert.deepEqual(world.told(), []);
});

test("a pod that went while its revision was asked for is in no trouble", async () => {
  const world = openWorld(broken);
  world.becomes(null);
  world.answer();
  await turn();
  assert.deepEqual(world.told(), []);
});

test("that it is over is told of what was told", async () => {
  const world = openWorld(broken);
  world.answer();
  await turn();
  world.becomes(well);
  assert.deepEqual(world.told(), ["service-troubled", "service-recovered"]);
});

function openWorld(first: Pod) {
  let current: Pod | null = first;
  let changed: (service: string) => void = () => undefined;
  const waiting: (() => void)[] = [];
  const told: LoopEvent[] = [];
  const owner = ownerOf(first).name;
  const sets = { items: [{ metadata: { name: owner, annotations: { "deployment.kubernetes.io/revision": "1" } } }] };
  const ended = new AbortController();
  const troubles = reportTroubles({
    kubectl: { json: () => new Promise((resolve) => waiting.push(() => resolve(sets))) } as unknown as Kubectl,
    pods: { of: () => (current ? [current] : []), onChange: (listener) => void (changed = listener) },
    environment: "local",
    emit: (event) => void told.push(event),
    signal: ended.signal,
  });
  troubles.reset(serviceOf(first), []);
  return {
    becomes(pod: Pod | null): void {
      current = pod;
      changed(serviceOf(first));
    },
    answer: (): void => waiting.splice(0).forEach((go) => go()),
    told(): string[] {
      ended.abort();
      return told.map(({ type }) => type);
    },
  };
}

function podNamed(name: string): Pod {
  const path = join(import.meta.dirname, "pods", `${name}.json`);
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly pod: Pod }).pod;
}
