import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { deleteNamespaces, kubectl, loadThirdPartyImages, skipWithoutCluster } from "../support/cluster.ts";
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
} from "../support/applied.ts";

// What somebody else does to our objects while the loop runs is noticed within seconds, and undone by the next apply.

const NAMESPACE = `${id}-drift`;
const DRIFT_MS = 5000;

const WEB = {
  ...EMPTY,
  namespace: NAMESPACE,
  ports: { http: { containerPort: 8080 } },
  config: { values: { A: "1" } },
};
const target = targetFrom({ web: WEB, other: { ...EMPTY, namespace: NAMESPACE } }, [NAMESPACE]);

describe("drift", { skip: skipWithoutCluster() }, () => {
  let session: Session;

  before(async () => {
    session = await startSession();
    await session.run(target);
    // Watches list once more when they begin.
    await eventually(async () => assert.equal((await session.run(target)).get("web"), 0));
  });
  after(async () => {
    await session.port.close();
    await releaseCluster();
    deleteNamespaces([NAMESPACE]);
  });

  test("a deleted object is noticed, and applied again", async () => {
    const noticed = await drift(() => kubectl(["delete", "service", "web", "--namespace", NAMESPACE]));
    assert.deepEqual(noticed, [`Service/web in ${NAMESPACE}`]);
    assert.equal(await applyOne(session.port, target, "web"), 1);
    kubectl(["get", "service", "web", "--namespace", NAMESPACE]);
  });

  test("a changed field of ours is noticed, and set back", async () => {
    const noticed = await drift(() =>
      kubectl(["scale", "deployment", "web", "--namespace", NAMESPACE, "--replicas=1"]),
    );
    assert.deepEqual(noticed, [`Deployment/web in ${NAMESPACE}`]);
    assert.equal(await applyOne(session.port, target, "web"), 1);
    assert.equal(
      kubectl(["get", "deployment", "web", "--namespace", NAMESPACE, "-o", "jsonpath={.spec.replicas}"]),
      "0",
    );
  });

  test("several at once are one event, and each service hears of its own", async () => {
    const start = session.events.length;
    kubectl(["delete", "deployment", "web", "other", "--namespace", NAMESPACE]);
    kubectl(["delete", "service", "web", "--namespace", NAMESPACE]);
    await eventually(async () => assert.equal(drifts(start).size, 2), DRIFT_MS);
    await eventually(async () => assert.match(String(drifts(start).get("web")), /Service\/web/), DRIFT_MS);
    assert.deepEqual(drifts(start).get("other"), [`Deployment/other in ${NAMESPACE}`]);
    await session.run(target);
  });

  test("what is not ours is no drift: others' fields, status, and an autoscaler's replicas", async () => {
    const { api } = await cluster();
    const scale = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/other/scale`;
    const noticed = await drift(async () => {
      kubectl(["annotate", "deployment", "web", "--namespace", NAMESPACE, "example.com/a=b"]);
      kubectl(["label", "configmap", "web", "--namespace", NAMESPACE, "example.com/a=b"]);
      kubectl(["set", "env", "deployment/web", "--namespace", NAMESPACE, "EXTRA=1"]);
      const { status } = await api.request("PATCH", scale, {
        query: { fieldManager: "kube-controller-manager" },
        contentType: "application/merge-patch+json",
        body: { spec: { replicas: 1 } },
      });
      assert.equal(status, 200);
      // The last one is, so that it is known when all have been seen.
      kubectl(["delete", "serviceaccount", "web", "--namespace", NAMESPACE]);
    });
    assert.deepEqual(noticed, [`ServiceAccount/web in ${NAMESPACE}`]);
    assert.equal(await applyOne(session.port, target, "other"), 0);
    await session.run(target);
  });

  test("nor is what we do ourselves: a restart, and what is pruned", async () => {
    const drawing = target.draw("other", new Map());
    const step = { type: "restart", key: "", subject: "other", service: "other", restarts: 1, drawing } as const;
    const noticed = await drift(async () => {
      await session.port.restart(step, new AbortController().signal);
      await session.port.apply(
        { ...step, type: "apply", drawing: { ...drawing, objects: [] } },
        new AbortController().signal,
      );
      kubectl(["delete", "networkpolicy", "web", "--namespace", NAMESPACE]);
    });
    assert.deepEqual(noticed, [`NetworkPolicy/web in ${NAMESPACE}`]);
    assert.ok(![...(await present()).keys()].includes(`Deployment ${NAMESPACE}/other`));
    await session.run(target);
  });

  test("who never gives in is left alone after three repairs, and that is told once", async () => {
    const patch = (value: string): string =>
      kubectl([
        "patch",
        "configmap",
        "web",
        "--namespace",
        NAMESPACE,
        "--patch",
        JSON.stringify({ data: { A: value } }),
        "--field-manager=stubborn",
      ]);
    for (let repair = 1; repair <= 3; repair++) {
      assert.deepEqual(await drift(() => patch("theirs")), [`ConfigMap/web in ${NAMESPACE}`]);
      await applyOne(session.port, target, "web");
    }
    for (const value of ["theirs", "again"]) {
      patch(value);
      await eventually(async () => assert.equal(session.findings("DRIFT_FOUGHT").length, 1), DRIFT_MS);
    }
    // Known to be seen when another drift is.
    await drift(() => kubectl(["delete", "networkpolicy", "web", "--namespace", NAMESPACE]));
    assert.match(session.findings("DRIFT_FOUGHT")[0]?.message ?? "", /stubborn changes it back/);
    assert.equal(await applyOne(session.port, target, "web"), 1);
    assert.equal(kubectl(["get", "configmap", "web", "--namespace", NAMESPACE, "-o", "jsonpath={.data.A}"]), "again");
    assert.equal(session.findings("DRIFT_FOUGHT").length, 1);
  });

  test("pods of a service that is not edited stay the same", async () => {
    const { lock } = await cluster();
    loadThirdPartyImages(lock, [EMPTY.image]);
    const still = { ...EMPTY, namespace: NAMESPACE, replicas: 1, command: ["sleep", "infinity"] };
    const services = { web: WEB, still };
    await session.run(targetFrom(services, [NAMESPACE]));
    kubectl(["rollout", "status", "deployment/still", "--namespace", NAMESPACE, "--timeout=60s"]);
    const uid = (): string =>
      kubectl([
        "get",
        "pods",
        "--namespace",
        NAMESPACE,
        "-l",
        "app.kubernetes.io/name=still",
        "-o",
        "jsonpath={.items[*].metadata.uid}",
      ]);
    const before = uid();
    await session.run(targetFrom({ ...services, web: { ...WEB, config: { values: { A: "2" } } } }, [NAMESPACE]));
    await session.port.close();
    session = await startSession();
    await session.run(targetFrom(services, [NAMESPACE]));
    assert.equal(uid(), before);
  });

  /** What is noticed of what `act` does; nothing in time is a failure. */
  async function drift(act: () => unknown): Promise<readonly string[]> {
    const start = session.events.length;
    await act();
    await eventually(async () => assert.ok(drifts(start).size > 0, "no drift was noticed"), DRIFT_MS);
    return [...drifts(start).values()].flat();
  }

  function drifts(start: number): ReadonlyMap<string | null, readonly string[]> {
    const found = session.events.slice(start).flatMap((event) => (event.type === "drifted" ? [event] : []));
    return new Map(
      found.map(({ service }) => [
        service,
        found.filter((one) => one.service === service).flatMap(({ objects }) => objects),
      ]),
    );
  }
});
