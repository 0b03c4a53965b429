import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { layout } from "../../tools/layout/layout.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import {
  deleteNamespaces,
  kubectl,
  loadThirdPartyImages,
  provenCluster,
  skipWithoutCluster,
} from "../support/cluster.ts";
import { inputsOf } from "../support/inputs.ts";
import { kubectls } from "../support/kubectl.ts";
import { HELM, IMAGE, NAMESPACE, PLATFORM, legacy } from "../support/legacy-workload.ts";
import { writeTree } from "../support/temporary.ts";

// docs/adopt.md, sentence by sentence: a workload that somebody wrote by hand goes on as the same object.

const SERVER_SIDE = ["--server-side", "--force-conflicts", "--field-manager=slipway"];

describe("taking over what an earlier apply owns", { skip: skipWithoutCluster() }, () => {
  let cluster: LockedCluster;
  let folder: string;
  let overlay: string;

  before(async () => {
    cluster = await provenCluster();
    loadThirdPartyImages(cluster, [IMAGE]);
    folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
    overlay = join(folder, "overlays/local");
    writeTree(folder, layout(inputsOf(PLATFORM)));
  });
  beforeEach(() => deleteNamespaces([NAMESPACE]));
  after(async () => {
    deleteNamespaces([NAMESPACE]);
    rmSync(folder, { recursive: true, force: true });
    await cluster.release();
  });

  for (const { name, path } of oldestAndNewest()) {
    test(`by kubectl apply, with ${name}: what the earlier file alone had is gone, what was set besides is kept`, () => {
      kubectl(["apply", "-f", "-"], list(legacy()));
      setByHand();
      const before = state();
      run(path, ["apply", "-k", overlay]);
      const now = rolled();
      assertSame(now, before);
      assert.equal(now.deployment.spec.strategy.type, "Recreate");
      assert.equal(now.deployment.spec.progressDeadlineSeconds, 600, "the earlier file's 120 is gone");
      assert.deepEqual(aliases(now), [], "gone with the list");
      assert.deepEqual(variables(now), ["BY_HAND", "NEW"]);
      assert.deepEqual(now.config.data, { GREETING: "hello" });
      assert.equal(now.deployment.metadata.annotations["example.com/owner"], undefined);
      assert.equal(now.deployment.metadata.annotations["by-hand"], "yes");
      assert.equal(now.deployment.metadata.labels["tier"], undefined);
      assert.deepEqual(ports(now), [["http", 80, "http"]]);
      run(path, ["apply", "-k", overlay]);
      assert.equal(rolled().deployment.metadata.generation, now.deployment.metadata.generation);
    });

    test(`by server-side apply, with ${name}: the same, but a strategy that the API filled in is in the way`, () => {
      kubectl(["apply", "-f", "-"], list(legacy()));
      setByHand();
      const before = state();
      run(path, ["apply", "-k", `${overlay}/namespaces`]);
      const refused = spawnSync(path, ["apply", ...SERVER_SIDE, "-k", overlay], { encoding: "utf8" });
      assert.notEqual(refused.status, 0);
      assert.match(refused.stderr, /rollingUpdate: Forbidden/);
      const strategy = '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}';
      kubectl(["patch", "deployment", "legacy-web", "--namespace", NAMESPACE, "--patch", strategy]);
      run(path, ["apply", ...SERVER_SIDE, "-k", overlay]);
      const now = rolled();
      assertSame(now, before);
      assert.equal(now.deployment.spec.progressDeadlineSeconds, 600);
      assert.deepEqual(aliases(now), ["10.0.0.2"]);
      assert.deepEqual(variables(now), ["BY_HAND", "NEW"]);
      assert.deepEqual(now.config.data, { GREETING: "hello" });
      assert.equal(now.deployment.metadata.annotations["by-hand"], "yes");
      assert.equal(now.deployment.metadata.annotations["example.com/owner"], undefined);
      const managers = now.deployment.metadata.managedFields.map(({ manager }) => manager);
      assert.ok(managers.includes("slipway"), managers.join());
      assert.ok(!managers.includes("kubectl-client-side-apply"), managers.join());
    });
  }

  test("of a Helm release nothing is gone that is not written here", () => {
    kubectl(["create", "--field-manager=helm", "-f", "-"], list(legacy(HELM)));
    rolled();
    const before = state();
    run("kubectl", ["apply", "-k", overlay]);
    const now = rolled();
    assertSame(now, before);
    assert.equal(now.deployment.metadata.labels["app.kubernetes.io/managed-by"], "slipway");
    assert.equal(now.deployment.metadata.annotations["meta.helm.sh/release-name"], "legacy");
    assert.deepEqual(variables(now), ["NEW", "OLD"]);
    assert.deepEqual(now.config.data, { FORGOTTEN: "yes", GREETING: "hello" });
    assert.equal(now.deployment.spec.progressDeadlineSeconds, 120);
  });
});

function oldestAndNewest(): ReturnType<typeof kubectls> {
  const [first, ...others] = kubectls();
  return others.length > 0 || !first ? others : [first];
}

/** Done with other commands than apply: no file ever had it. */
function setByHand(): void {
  kubectl(["annotate", "deployment/legacy-web", "--namespace", NAMESPACE, "by-hand=yes"]);
  kubectl(["set", "env", "deployment/legacy-web", "--namespace", NAMESPACE, "BY_HAND=1"]);
  const hosts = '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"10.0.0.2","hostnames":["by-hand"]}]}}}}';
  kubectl(["patch", "deployment", "legacy-web", "--namespace", NAMESPACE, "--patch", hosts]);
  rolled();
}

function run(path: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(path, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

interface State {
  readonly deployment: {
    readonly metadata: {
      readonly uid: string;
      readonly generation: number;
      readonly labels: Record<string, string>;
      readonly annotations: Record<string, string>;
      readonly managedFields: readonly { readonly manager: string }[];
    };
    readonly spec: {
      readonly selector: object;
      readonly strategy: { readonly type: string };
      readonly progressDeadlineSeconds: number;
      readonly template: {
        readonly spec: {
          readonly hostAliases?: readonly { ip: string }[];
          readonly containers: readonly { readonly env?: readonly { name: string }[] }[];
        };
      };
    };
  };
  readonly service: {
    readonly metadata: { readonly uid: string };
    readonly spec: {
      readonly clusterIP: string;
      readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: unknown }[];
    };
  };
  readonly config: { readonly metadata: { readonly uid: string }; readonly data: object };
}

/** The three objects, once every pod is the new one. */
function rolled(): State {
  kubectl(["rollout", "status", "deployment/legacy-web", "--namespace", NAMESPACE, "--timeout=90s"]);
  return state();
}

function state(): State {
  const one = (name: string): never =>
    JSON.parse(kubectl(["get", name, "--namespace", NAMESPACE, "-o", "json", "--show-managed-fields"])) as never;
  return {
    deployment: one("deployment/legacy-web"),
    service: one("service/web-svc"),
    config: one("configmap/web-config"),
  };
}

/** The same objects, the same selector and address; the pods replaced once. */
function assertSame(now: State, before: State): void {
  for (const part of ["deployment", "service", "config"] as const)
    assert.equal(now[part].metadata.uid, before[part].metadata.uid, part);
  assert.deepEqual(now.deployment.spec.selector, before.deployment.spec.selector);
  assert.equal(now.service.spec.clusterIP, before.service.spec.clusterIP);
  const revision = ({ deployment }: State): number =>
    Number(deployment.metadata.annotations["deployment.kubernetes.io/revision"]);
  assert.equal(revision(now), revision(before) + 1);
}

function variables({ deployment }: State): string[] {
  return (deployment.spec.template.spec.containers[0]?.env ?? []).map(({ name }) => name).toSorted();
}

function aliases({ deployment }: State): string[] {
  return (deployment.spec.template.spec.hostAliases ?? []).map(({ ip }) => ip);
}

function ports({ service }: State): unknown[] {
  return service.spec.ports.map(({ name, port, targetPort }) => [name, port, targetPort]);
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
