import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApiUnreachable } from "../../dev/cluster/api/errors.ts";
import { removeEverything } from "../../dev/cluster/remove-everything.ts";
import type { Target } from "../../dev/core/target.ts";
import { deleteNamespaces, kubectl, skipWithoutCluster } from "../support/cluster.ts";
import {
  EMPTY,
  type Session,
  applyOne,
  cluster,
  eventually,
  id,
  present,
  releaseCluster,
  startSession,
  targetFrom,
  writesOf,
} from "../support/applied.ts";

// What the loop remembers in the cluster of what it has made there, from one session to the next.

const [ONE, TWO] = [`${id}-one`, `${id}-two`];
const signal = new AbortController().signal;

const WEB = { ...EMPTY, namespace: ONE, ports: { http: { containerPort: 8080 } }, config: { values: { A: "1" } } };
const DB = {
  ...EMPTY,
  kind: "StatefulSet",
  namespace: ONE,
  replicas: 1,
  image: "slipway.invalid/never:1",
  volumes: { data: { mountPath: "/data", size: "1Mi", volumeClaimTemplate: true } },
};
const FILES = { ...EMPTY, namespace: ONE, volumes: { data: { mountPath: "/data", size: "1Mi" } } };
const ALL = { web: WEB, db: DB, files: FILES, old: { ...EMPTY, namespace: TWO } };

describe("the inventory in the cluster", { skip: skipWithoutCluster() }, () => {
  let session: Session;

  before(async () => {
    session = await startSession();
  });
  after(async () => {
    await session.port.close();
    await releaseCluster();
    deleteNamespaces([ONE, TWO]);
  });

  test("an object is listed before it is made", async () => {
    await session.run(targetFrom(ALL, [ONE, TWO]));
    const patches = writesOf(session);
    const listed = patches.findIndex((path) => path.endsWith(`slipway-inventory.${id}.local.web`));
    const made = patches.findIndex((path) => path.endsWith("/serviceaccounts/web"));
    assert.ok(listed >= 0 && listed < made, patches.join("\n"));
    // What the API has made of it is noted a moment later.
    const line = new RegExp(`^[0-9a-f]{16} [0-9a-f]{16}\\.0 apps/v1 Deployment ${ONE} web$`, "m");
    await eventually(async () =>
      assert.match(
        kubectl([
          "get",
          "configmap",
          `slipway-inventory.${id}.local.web`,
          "--namespace",
          ONE,
          "-o",
          "jsonpath={.data.objects}",
        ]),
        line,
      ),
    );
  });

  test("a session that finds all as it should be writes nothing, also where only words have changed", async () => {
    await renew();
    const services = { ...ALL, web: { ...WEB, description: "Serves pages." } };
    const sent = await session.run(targetFrom(services, [ONE, TWO]));
    assert.deepEqual([...sent.values()], [0, 0, 0, 0]);
    assert.deepEqual(writesOf(session), []);
  });

  test("an edit sends what it changes and nothing else", async (t) => {
    const times: number[] = [];
    for (let edit = 0; edit <= 20; edit++) {
      const target = targetFrom({ ...ALL, web: { ...WEB, env: { EDIT: String(edit) } } }, [ONE, TWO]);
      const drawing = target.draw("web", new Map());
      const start = session.requests.length;
      const startMs = performance.now();
      const step = { type: "apply", key: "", subject: "web", service: "web", drawing } as const;
      assert.equal(await session.port.apply(step, signal), 1);
      times.push(performance.now() - startMs);
      const sent = session.requests.slice(start).filter((request) => !request.includes("slipway-inventory"));
      // A session looks once at what an earlier one has made.
      if (edit > 0) assert.deepEqual(sent, [`PATCH /apis/apps/v1/namespaces/${ONE}/deployments/web`]);
    }
    const [p50, p95] = [9, 18].map((rank) =>
      times
        .slice(1)
        .toSorted((a, b) => a - b)
        [rank]?.toFixed(1),
    );
    t.diagnostic(`apply of one changed object: p50 ${p50} ms, p95 ${p95} ms of 20`);
    await applyOne(session.port, targetFrom(ALL, [ONE, TWO]), "web");
  });

  test("a session with --only leaves the others alone", async () => {
    await renew();
    const pruned = await prune(targetFrom(ALL, [ONE, TWO], {}, ["web"]));
    assert.deepEqual(pruned, []);
    assert.ok((await present()).has(`Deployment ${TWO}/old`));
  });

  test("what was removed while no session ran is pruned; what holds data is kept, and told with its command", async () => {
    await renew();
    const { config: _, ...web } = WEB;
    const target = targetFrom({ web, db: DB }, [ONE]);
    await session.port.prepare({ type: "prepare", key: "", subject: "", target }, signal);
    await applyOne(session.port, target, "web");
    const pruned = await prune(target);
    assert.ok(
      pruned.includes(`Deployment/old in ${TWO}`) && pruned.includes(`Deployment/files in ${ONE}`),
      pruned.join(),
    );
    const found = await present();
    assert.ok(!found.has(`ConfigMap ${ONE}/web`), "drawn no more by a service that stays");
    assert.ok(!found.has(`NetworkPolicy ${TWO}/default-deny`));
    assert.ok(found.has(`PersistentVolumeClaim ${ONE}/files-data`) && found.has(`Namespace -/${TWO}`));
    assert.deepEqual(
      session
        .findings("PRUNE_KEPT")
        .map(({ fix }) => fix)
        .toSorted(),
      [
        `kubectl -n ${ONE} delete persistentvolumeclaim files-data, or start with --prune-data`,
        `kubectl delete namespace ${TWO}, or start with --prune-data`,
      ],
    );
    assert.deepEqual(await prune(target), []);
  });

  test("a service that moves leaves nothing behind", async () => {
    await session.run(targetFrom({ web: WEB, db: DB }, [ONE, TWO]));
    await renew();
    await session.run(targetFrom({ web: { ...WEB, namespace: TWO }, db: DB }, [ONE, TWO]));
    await session.port.close();
    const found = [...(await present()).keys()].filter((key) => key.endsWith("/web"));
    assert.ok(found.includes(`Deployment ${TWO}/web`));
    assert.deepEqual(
      found.filter((key) => key.includes(ONE)),
      [],
    );
    const records = kubectl([
      "get",
      "configmaps",
      "--all-namespaces",
      "-l",
      `slipway.dev/inventory=${id},slipway.dev/service=web`,
      "-o",
      "jsonpath={.items[*].metadata.namespace}",
    ]);
    assert.equal(records, TWO);
  });

  test("an API that is away for a moment is waited for", async () => {
    let left = 4;
    session = await startSession(false, () => {
      if (left-- > 0) throw new ApiUnreachable("https://cluster", new Error("connection refused"));
    });
    await session.run(targetFrom({ web: { ...WEB, namespace: TWO }, db: DB }, [ONE, TWO]));
    assert.ok(left < 0, "a test that can fail");
  });

  test("everything can be removed; what holds data last, and only when it is asked for", async () => {
    await session.port.close();
    const { api } = await cluster();
    const remove = (withVolumes: boolean) => removeEverything(api, id, "local", { withVolumes, signal });
    const first = await remove(false);
    assert.ok(first.deleted.includes(`StatefulSet/db in ${ONE}`));
    assert.deepEqual(
      first.kept.map((line) => line.split(":")[0]),
      [
        `Namespace/${ONE}`,
        `Namespace/${TWO}`,
        `PersistentVolumeClaim/data-db-0 in ${ONE}`,
        `PersistentVolumeClaim/files-data in ${ONE}`,
      ],
    );
    const left = [...(await present()).keys()].filter((key) => !/^(Namespace|PersistentVolumeClaim) /.test(key));
    assert.deepEqual(left, []);
    const second = await remove(true);
    assert.ok(
      second.deleted.includes(`Namespace/${ONE}`) &&
        second.deleted.includes(`PersistentVolumeClaim/files-data in ${ONE}`),
    );
    assert.deepEqual([...(await present()).keys()], []);
    const again = await remove(true);
    assert.deepEqual(again.deleted, []);
  });

  async function renew(): Promise<void> {
    await session.port.close();
    session = await startSession();
  }

  function prune(target: Target): Promise<readonly string[]> {
    return session.port.prune({ type: "prune", key: "", subject: "", target }, signal);
  }
});
