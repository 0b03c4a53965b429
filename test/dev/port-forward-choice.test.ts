import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseAmong } from "../../dev/cluster/port-forward-choice.ts";
import { type PodFacts, aPod } from "../support/fake-pods.ts";

const pick = (
  revisions: Record<string, number>,
  ...pods: readonly [string, string, Partial<PodFacts>][]
): readonly unknown[] => {
  const { newest, earlier, isFailing } = chooseAmong(
    pods.map((pod) => aPod(...pod)),
    ({ metadata }) => revisions[metadata.labels?.["pod-template-hash"] ?? ""] ?? null,
  );
  return [newest?.metadata.name ?? null, earlier?.metadata.name ?? null, isFailing];
};
const [first, second] = [{ createdAt: "2026-01-01T00:00:00Z" }, { createdAt: "2026-01-02T00:00:00Z" }];

for (const [name, chosen, expected] of [
  ["nothing without pods", pick({}), [null, null, false]],
  ["the only one, though not Ready", pick({}, ["a", "1", first]), ["a", null, false]],
  [
    "the newest revision, though not Ready, and what it replaces",
    pick({ 1: 1, 2: 2 }, ["a", "1", { ...first, isReady: true }], ["b", "2", second]),
    ["b", "a", false],
  ],
  [
    "a revision that nobody has numbered yet is the newest",
    pick({ 1: 1 }, ["a", "1", { ...second, isReady: true }], ["b", "2", first]),
    ["b", "a", false],
  ],
  [
    "an earlier template that was taken up again is the newest, whatever its age",
    pick({ 1: 3, 2: 2 }, ["a", "1", first], ["b", "2", { ...second, isReady: true }]),
    ["a", "b", false],
  ],
  [
    "a pod of an earlier revision that was replaced is not the newest one",
    pick({ 1: 1, 2: 2 }, ["b", "2", first], ["a", "1", { ...second, isReady: true }]),
    ["b", "a", false],
  ],
  [
    "of one revision the Ready one",
    pick({}, ["a", "1", { ...first, isReady: true }], ["b", "1", second]),
    ["a", null, false],
  ],
  ["of one second the one that came last", pick({}, ["a", "1", first], ["b", "1", first]), ["b", null, false]],
  [
    "none while the newest revision has no node, and it is waited for",
    pick({ 1: 1, 2: 2 }, ["a", "1", { ...first, isReady: true }], ["b", "2", { ...second, isScheduled: false }]),
    [null, "a", false],
  ],
  [
    "nothing is waited for of what crashes",
    pick(
      { 1: 1, 2: 2 },
      ["a", "1", { ...first, isReady: true }],
      ["b", "2", { ...second, waiting: "CrashLoopBackOff" }],
    ),
    [null, "a", true],
  ],
  [
    "what is being deleted takes nothing",
    pick({}, ["a", "1", { ...first, isReady: true, isDeleted: true }]),
    [null, null, false],
  ],
  ["a job serves nothing", pick({}, ["a", "1", { ...first, instance: "web-migrate" }]), [null, null, false]],
  ["what has ended serves nothing", pick({}, ["a", "1", { ...first, phase: "Failed" }]), [null, null, false]],
] as const) {
  test(`choice: ${name}`, () => assert.deepEqual(chosen, expected));
}
