import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Finding } from "../../tools/lib/errors.ts";
import { UserError } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { deleteNamespaces, kubectl, loadThirdPartyImages, skipWithoutCluster } from "../support/cluster.ts";
import { type Session, cluster, eventually, id, releaseCluster, startSession } from "../support/applied.ts";
import { drawn, template } from "../support/drawn.ts";

// Changes that the API refuses: done by replacing where nothing is lost, told where something would be.

const NS = `${id}-replace`;
const signal = new AbortController().signal;

const deployment = (app: string, version?: string): KubeObject =>
  drawn("apps/v1", "Deployment", "web", NS, {
    spec: { replicas: 1, selector: { matchLabels: { app } }, template: template(app, version) },
  });
const set = (size: string, fields: object = {}, app = "db"): KubeObject =>
  drawn("apps/v1", "StatefulSet", "db", NS, {
    spec: {
      replicas: 1,
      serviceName: "db",
      selector: { matchLabels: { app } },
      template: template(app),
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } },
        },
      ],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
      ...fields,
    },
  });
const service = (spec: object): KubeObject =>
  drawn("v1", "Service", "web", NS, { spec: { selector: { app: "web" }, ports: [{ port: 80 }], ...spec } });
const job = (word: string): KubeObject =>
  drawn("batch/v1", "Job", "migrate", NS, {
    spec: {
      template: {
        ...template("migrate", word),
        spec: { ...(template("migrate", word) as { spec: object }).spec, restartPolicy: "Never" },
      },
    },
  });
const binding = (role: string): KubeObject =>
  drawn("rbac.authorization.k8s.io/v1", "RoleBinding", "web", NS, {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: "web", namespace: NS }],
  });
const config = (value: string): KubeObject =>
  drawn("v1", "ConfigMap", "web", NS, { immutable: true, data: { A: value } });
const secret = (type: string): KubeObject => drawn("v1", "Secret", "web", NS, { type, stringData: { a: "1" } });
const claim = (mode: string): KubeObject =>
  drawn("v1", "PersistentVolumeClaim", "web", NS, {
    spec: { accessModes: [mode], resources: { requests: { storage: "1Mi" } } },
  });
const storage = (policy: string): KubeObject =>
  drawn("storage.k8s.io/v1", "StorageClass", id, null, { provisioner: "slipway.dev/none", reclaimPolicy: policy });

interface Case {
  readonly title: string;
  readonly before: KubeObject;
  readonly after: KubeObject;
  readonly field: RegExp;
}

const REPLACED: readonly Case[] = [
  {
    title: "a Service that becomes headless",
    before: service({}),
    after: service({ clusterIP: "None" }),
    field: /spec\.clusterIP/,
  },
  {
    title: "a Service that is headless no more",
    before: service({ clusterIP: "None" }),
    after: service({}),
    field: /spec\.clusterIP/,
  },
  { title: "a Job's template", before: job("1"), after: job("2"), field: /spec\.template/ },
  { title: "a RoleBinding's role", before: binding("a"), after: binding("b"), field: /roleRef/ },
  { title: "an immutable ConfigMap", before: config("1"), after: config("2"), field: /data\.A/ },
  { title: "a StorageClass", before: storage("Delete"), after: storage("Retain"), field: /reclaimPolicy/ },
  {
    title: "a Secret's type, which no session looks at",
    before: secret("Opaque"),
    after: secret("example.com/other"),
    field: /^type/,
  },
];

describe("what cannot be changed in place", { skip: skipWithoutCluster() }, () => {
  let session: Session;

  before(async () => {
    loadThirdPartyImages((await cluster()).lock, ["busybox:1.36"]);
    kubectl(["create", "namespace", NS]);
    session = await startSession();
  });
  after(async () => {
    await session.port.close();
    await releaseCluster();
    kubectl(["delete", "storageclass", id, "--ignore-not-found"]);
    deleteNamespaces([NS]);
  });

  for (const { title, before: old, after: wanted, field } of REPLACED)
    for (const isFresh of [false, true])
      test(`${title} is replaced${isFresh ? ", also by a session that knows of nothing" : ""}`, async () => {
        await apply([old]);
        const uid = uidOf(old);
        if (isFresh) await renew();
        const [finding, ...more] = await apply([wanted]);
        assert.equal(finding?.code, "APPLY_REPLACED");
        assert.match(finding.message, field);
        assert.deepEqual(more, []);
        assert.notEqual(uidOf(wanted), uid);
        await apply([]);
      });

  test("a Deployment's selector: its pods end, and none is left behind", async () => {
    await apply([deployment("one")]);
    const [pod] = await pods("app=one");
    const [finding] = await apply([deployment("two")]);
    assert.match(finding?.message ?? "", /spec\.selector.* its pods ended first$/);
    assert.deepEqual(kubectl(["get", "pods", "--namespace", NS, "-l", "app=one", "-o", "name"]).trim(), "");
    assert.notEqual((await pods("app=two"))[0], pod);
    await apply([]);
  });

  test("a StatefulSet's claim templates: its pod and its claim are kept", async () => {
    await apply([set("1Mi")]);
    const [pod] = await pods("app=db");
    const claimUid = uidOf({ kind: "PersistentVolumeClaim", metadata: { name: "data-db-0" } });
    await renew();
    const [finding] = await apply([set("2Mi")]);
    assert.match(finding?.message ?? "", /volumeClaimTemplates.* its pods and claims were kept$/);
    assert.deepEqual(await pods("app=db"), [pod]);
    const [again] = await apply([set("2Mi", { podManagementPolicy: "Parallel" }, "base")]);
    assert.match(again?.message ?? "", /spec\.selector.* its pods start anew, its claims were kept$/);
    assert.notEqual((await pods("app=base"))[0], pod);
    assert.deepEqual(kubectl(["get", "pods", "--namespace", NS, "-l", "app=db", "-o", "name"]).trim(), "");
    assert.equal(uidOf({ kind: "PersistentVolumeClaim", metadata: { name: "data-db-0" } }), claimUid);
    await apply([]);
  });

  test("what has not changed is not taken for a change by a session that knows of nothing", async () => {
    const [before, after] = ["1", "2"].map((version) => [
      deployment("web", version),
      { ...set("1Mi"), spec: { ...(set("1Mi")["spec"] as object), template: template("db", version) } },
    ]);
    await apply(before ?? []);
    await renew();
    assert.deepEqual(await apply(after ?? []), []);
    await apply([]);
  });

  test("a claim is never deleted for it, until that is asked for", async () => {
    await apply([claim("ReadWriteOnce")]);
    const uid = uidOf(claim(""));
    await assert.rejects(apply([claim("ReadWriteMany")]), ({ findings }: UserError) => {
      assert.equal(findings[0]?.code, "APPLY_IMMUTABLE");
      assert.match(findings[0].fix, new RegExp(`kubectl -n ${NS} delete persistentvolumeclaim web$`));
      return true;
    });
    assert.equal(uidOf(claim("")), uid);
    assert.deepEqual(
      (await apply([])).map(({ code, fix }) => [code, fix]),
      [["PRUNE_KEPT", `kubectl -n ${NS} delete persistentvolumeclaim web, or start with --prune-data`]],
    );
    assert.deepEqual(await apply([]), [], "told once");
    assert.equal(uidOf(claim("")), uid);
    await renew(true);
    await apply([claim("ReadWriteMany")]);
    assert.notEqual(uidOf(claim("")), uid);
    await apply([]);
    await eventually(async () => assert.throws(() => uidOf(claim(""))));
  });

  /** Applies and prunes; returns what was told about it. */
  async function apply(objects: readonly KubeObject[]): Promise<Finding[]> {
    const start = session.events.length;
    const drawing = { objects, digest: "" };
    await session.port.apply({ type: "apply", key: "web", subject: "web", service: "web", drawing }, signal);
    return session.events.slice(start).flatMap((event) => (event.type === "noticed" ? [event.finding] : []));
  }

  async function renew(mayDeleteData = false): Promise<void> {
    await session.port.close();
    session = await startSession(mayDeleteData);
  }

  function uidOf({
    kind,
    metadata: { name },
  }: {
    readonly kind: string;
    readonly metadata: { readonly name: string };
  }): string {
    return kubectl(["get", kind, name, "--namespace", NS, "-o", "jsonpath={.metadata.uid}"]);
  }

  /** Uids, as soon as they run. */
  async function pods(selector: string): Promise<string[]> {
    return eventually(async () => {
      const found = kubectl([
        "get",
        "pods",
        "--namespace",
        NS,
        "-l",
        selector,
        "--field-selector=status.phase=Running",
        "-o",
        "jsonpath={.items[*].metadata.uid}",
      ]);
      assert.notEqual(found, "");
      return found.split(" ");
    }, 60_000);
  }
});
