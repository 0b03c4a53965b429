import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { deleteNamespaces, kubectl, skipWithoutCluster } from "../support/cluster.ts";
import {
  EMPTY,
  type Session,
  drawnIn,
  eventually,
  id,
  idOfLive,
  present,
  releaseCluster,
  startSession,
  targetFrom,
} from "../support/applied.ts";

// Two hundred edits of a registry, half of them while no session runs: the cluster has what is drawn, and nothing else is touched.

const [ONE, TWO] = [`${id}-one`, `${id}-two`];
const EDITS = Number(process.env["SLIPWAY_APPLY_EDITS"] ?? 200);
const SEED = Number(process.env["SLIPWAY_SEED"] ?? 20260);

type Services = Record<string, Record<string, unknown>>;

describe("random edits", { skip: skipWithoutCluster() }, () => {
  let session: Session;
  const random = generator(SEED);

  before(async () => {
    for (const namespace of [ONE, TWO]) {
      kubectl(["create", "namespace", namespace]);
      kubectl(["create", "configmap", "foreign", "--namespace", namespace, "--from-literal=a=1"]);
      // With our labels, as somebody's copy of one of ours, and in no inventory.
      kubectl(["create", "configmap", "foreign-copy", "--namespace", namespace, "--from-literal=a=1"]);
      const labels = ["app.kubernetes.io/managed-by=slipway", `app.kubernetes.io/part-of=${id}`];
      kubectl(["label", "configmap", "foreign-copy", "--namespace", namespace, ...labels]);
    }
    session = await startSession();
  });
  after(async () => {
    await session.port.close();
    await releaseCluster();
    deleteNamespaces([ONE, TWO]);
  });

  test(`after each of ${EDITS} edits the cluster has what is drawn (seed ${SEED})`, { timeout: 600_000 }, async (t) => {
    const foreign = versionsOfForeign();
    const kept = new Map<string, string>();
    let services: Services = { a: service(random), b: service(random) };
    let before = await check(services, kept);
    let replaced = 0;
    const startMs = Date.now();
    for (let edit = 0; edit < EDITS; edit++) {
      const next = edited(services, random);
      // Half of the edits happen while the tool is off.
      if (random() < 0.5) {
        await session.port.close();
        replaced += session.findings("APPLY_REPLACED").length;
        session = await startSession();
      }
      const now = await check(next, kept);
      for (const name of Object.keys(services))
        if (JSON.stringify(services[name]) === JSON.stringify(next[name])) unchanged(name, before, now);
      [services, before] = [next, now];
    }
    t.diagnostic(
      `${EDITS} edits in ${Date.now() - startMs} ms, ${replaced} replaced, ${kept.size} claims and namespaces kept`,
    );
    assert.deepEqual(versionsOfForeign(), foreign);

    // Controllers say what has become of it, a moment later.
    await eventually(async () => {
      const [one, other] = [await present(), await sleep(1000).then(present)];
      before = other;
      assert.deepEqual(versions(one), versions(other));
    }, 60_000);
    await session.port.close();
    session = await startSession();
    const last = await check(services, kept);
    assert.deepEqual(
      versions(last),
      versions(before),
      "a session that finds everything as it should be writes nothing",
    );
  });

  /** Applies, compares, and returns what is there. */
  async function check(services: Services, kept: Map<string, string>): ReturnType<typeof present> {
    const target = targetFrom(services, [ONE, TWO]);
    await session.run(target);
    const found = await present();
    for (const [key, { metadata }] of found)
      if (/^(Persistent|Namespace)/.test(key) && !kept.has(key)) kept.set(key, metadata.uid ?? "");
    for (const [key, uid] of kept) assert.equal(found.get(key)?.metadata.uid, uid, `${key} must never be deleted`);
    const drawn = drawnIn(target).map(({ kind, metadata }) => idOfLive(kind, metadata));
    const wanted = [...new Set([...drawn, ...kept.keys()])];
    const own = [...found].flatMap(([key]) => (key.endsWith("/foreign-copy") ? [] : [key]));
    assert.deepEqual(own.toSorted(), wanted.toSorted(), JSON.stringify(services));
    return found;
  }
});

function unchanged(
  service: string,
  before: Awaited<ReturnType<typeof present>>,
  now: Awaited<ReturnType<typeof present>>,
): void {
  for (const [key, { metadata }] of before) {
    if (metadata.labels?.["app.kubernetes.io/name"] !== service || key.startsWith("Persistent")) continue;
    assert.equal(now.get(key)?.metadata.uid, metadata.uid, key);
  }
}

function versions(found: Awaited<ReturnType<typeof present>>): Record<string, unknown> {
  return Object.fromEntries([...found].map(([key, { metadata }]) => [key, metadata.resourceVersion]));
}

function versionsOfForeign(): string[] {
  return [ONE, TWO].flatMap((namespace) =>
    ["foreign", "foreign-copy"].map((name) =>
      kubectl([
        "get",
        "configmap",
        name,
        "--namespace",
        namespace,
        "-o",
        "jsonpath={.metadata.uid} {.metadata.resourceVersion}",
      ]),
    ),
  );
}

function edited(services: Services, random: () => number): Services {
  const names = Object.keys(services);
  const name = pick(names, random);
  const choice = random();
  if ((choice < 0.15 && names.length < 5) || names.length === 0)
    return { ...services, [pick("abcdefgh".split(""), random)]: service(random) };
  if (choice < 0.3 && names.length > 1) {
    const { [name]: _, ...others } = services;
    return others;
  }
  if (choice < 0.4) return { ...services, [name]: service(random) };
  return { ...services, [name]: { ...services[name], ...pick(CHANGES, random)(random) } };
}

type Change = (random: () => number) => Record<string, unknown>;

const CHANGES: readonly Change[] = [
  (random) => ({ env: { A: String(Math.floor(random() * 5)) } }),
  (random) => ({ config: { values: { A: String(Math.floor(random() * 5)) } } }),
  (random) => ({
    ports:
      random() < 0.5
        ? { http: { containerPort: 8080 } }
        : { http: { containerPort: 8081 }, more: { containerPort: 9090 } },
  }),
  (random) => ({ service: random() < 0.5 ? { headless: true } : {} }),
  (random) => ({ namespace: random() < 0.5 ? ONE : TWO }),
  (random) => ({ labels: { tier: pick(["a", "b"], random) } }),
  (random) => ({ description: `words ${random()}` }),
  (random) => ({ volumes: random() < 0.5 ? {} : { data: { mountPath: "/data", size: "1Mi" } } }),
];

function service(random: () => number): Record<string, unknown> {
  const kind = pick(["Deployment", "Deployment", "StatefulSet", "CronJob"], random);
  const namespace = pick([ONE, TWO], random);
  if (kind === "CronJob") {
    const { replicas: _, ...job } = EMPTY;
    return { ...job, kind, namespace, job: { schedule: "0 0 1 1 *" } };
  }
  const claims = { data: { mountPath: "/data", size: "1Mi", volumeClaimTemplate: true } };
  return {
    ...EMPTY,
    kind,
    namespace,
    ports: { http: { containerPort: 8080 } },
    ...(kind === "StatefulSet" && random() < 0.5 && { volumes: claims }),
    ...(random() < 0.3 && { config: { values: { A: "1" } } }),
  };
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
