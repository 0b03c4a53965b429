import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import type { PodLine } from "../../dev/core/logs.ts";
import { podLogs } from "../../dev/sources/logs.ts";
import { watchPods } from "../../dev/sources/pods.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { eventually } from "../services/docker.ts";
import { deleteNamespaces, loadThirdPartyImages, provenCluster, skipWithoutCluster } from "../support/cluster.ts";

// Logs of real pods, in a namespace of their own.

const skip = skipWithoutCluster();
const id = `slipway-logs-${randomBytes(3).toString("hex")}`;
const sources = new AbortController();
let cluster: LockedCluster;
let api: KubeApi;

const labels = {
  "app.kubernetes.io/name": "web",
  "app.kubernetes.io/instance": "web",
  "app.kubernetes.io/part-of": id,
  "app.kubernetes.io/managed-by": "slipway",
};

function deployment(script: string): object {
  const container = { name: "web", image: "busybox:1.36", command: ["sh", "-c", script] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: id, labels },
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/instance": "web" } },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    },
  };
}

async function apply(script: string): Promise<void> {
  const { status, body } = await api.request("PATCH", `/apis/apps/v1/namespaces/${id}/deployments/web`, {
    query: { fieldManager: "slipway", force: "true" },
    contentType: "application/apply-patch+yaml",
    body: deployment(script),
  });
  assert.ok(status === 200 || status === 201, JSON.stringify(body));
}

before(async () => {
  if (skip) return;
  cluster = await provenCluster();
  api = await connectApi(cluster);
  loadThirdPartyImages(cluster, ["busybox:1.36"]);
  await api.request("POST", "/api/v1/namespaces", { body: { metadata: { name: id } } });
});

after(async () => {
  if (skip) return;
  sources.abort();
  deleteNamespaces([id]);
  await api.close();
  await cluster.release();
});

test(
  "lines of the newest pods are told as they come, and what a crashed container said last before those of its next run",
  { skip, timeout: 240_000 },
  async () => {
    const { pods } = watchPods(api, id, sources.signal);
    const lines: PodLine[] = [];
    const abort = new AbortController();
    const followed = podLogs(api, pods).follow("web", (line) => lines.push(line), abort.signal);
    const sees = (text: string, isPrevious: boolean): Promise<void> =>
      eventually(async () => {
        assert.ok(
          lines.some((line) => line.text === text && line.isPrevious === isPrevious),
          JSON.stringify(lines),
        );
      }, 60_000);

    await apply("echo first; echo; printf 'without an end'; sleep 1000");
    await sees("first", false);
    await apply("echo second; sleep 1; echo again; sleep 1000");
    await sees("again", false);
    assert.deepEqual(
      lines.map(({ text }) => text).filter((text) => text !== "without an end"),
      ["first", "", "second", "again"],
    );

    await apply("echo starting; sleep 2; echo dying; exit 3");
    await sees("dying", false);
    const late: PodLine[] = [];
    // Once it has crashed for the second time at the latest.
    await eventually(async () => {
      const [pod] = pods.of("web").filter(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
      assert.ok(pod);
    }, 60_000);
    const stop = new AbortController();
    const second = podLogs(api, pods).follow("web", (line) => late.push(line), stop.signal);
    await eventually(
      async () =>
        assert.ok(
          late.some(({ isPrevious }) => !isPrevious),
          JSON.stringify(late),
        ),
      60_000,
    );
    assert.deepEqual(
      late.slice(0, 2).map(({ text, isPrevious }) => [text, isPrevious]),
      [
        ["starting", true],
        ["dying", true],
      ],
    );
    assert.deepEqual(new Set(late.map(({ container }) => container)), new Set(["web"]));
    abort.abort();
    stop.abort();
    await Promise.all([followed, second]);
  },
);
