import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { refusals } from "../../tools/diff/refusals.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { deleteNamespaces, kubectl, provenCluster, skipWithoutCluster, tryKubectl } from "../support/cluster.ts";
import { CASES } from "../support/immutable-cases.ts";
import { MARK, NAMESPACE } from "../support/immutable-objects.ts";

// What `npm run diff` says that the API refuses, asked of a real API server by dry runs.

const CLUSTER_SCOPED = [
  "persistentvolume",
  "clusterrolebinding",
  "storageclass",
  "priorityclass",
  "ingressclass",
  "runtimeclass",
  "customresourcedefinition",
].join(",");

describe("the API refuses what the table of immutable fields says", { skip: skipWithoutCluster() }, () => {
  let cluster: LockedCluster;

  before(async () => {
    cluster = await provenCluster();
    cleanUp();
    kubectl(["create", "namespace", NAMESPACE]);
    const objects = CASES.flatMap(({ needs, before: object }) => [...needs, object]);
    apply(objects);
    kubectl(["wait", "--for=condition=Established", "crd/probes.immutable.slipway.dev", "--timeout=60s"]);
    for (const { needs, before: claim } of CASES)
      if (needs.length > 0)
        kubectl([
          "wait",
          "--namespace",
          NAMESPACE,
          "--for=jsonpath={.status.phase}=Bound",
          `persistentvolumeclaim/${claim.metadata.name}`,
          "--timeout=60s",
        ]);
  });
  after(async () => {
    cleanUp();
    await cluster.release();
  });

  for (const { title, before: old, after: wanted, outcome } of CASES)
    test(`${title} is ${outcome}`, () => {
      const { exitCode, text } = tryKubectl(
        ["apply", "--dry-run=server", "-o", "json", "-f", "-"],
        JSON.stringify(wanted),
      );
      assert.equal(exitCode === 0, outcome !== "refused", text);
      const messages = refusals(old, wanted).flatMap(({ message }) => message ?? []);
      for (const message of messages) assert.ok(text.includes(message), `${message}\n${text}`);
      if (outcome === "kept") assert.match(text, /"clusterIP": "None"/);
    });
});

function apply(objects: readonly object[]): void {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  kubectl(["apply", "-f", "-"], JSON.stringify(list));
}

/** Also what a run that was killed has left. */
function cleanUp(): void {
  const [[label, value] = []] = Object.entries(MARK);
  deleteNamespaces([NAMESPACE]);
  kubectl(["delete", CLUSTER_SCOPED, "--selector", `${label}=${value}`, "--ignore-not-found", "--timeout=60s"]);
}
