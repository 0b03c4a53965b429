import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { layout } from "../../tools/layout/layout.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { objectLine } from "../../tools/operations/object-list.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import {
  deleteNamespaces,
  kubectl,
  loadThirdPartyImages,
  provenCluster,
  skipWithoutCluster,
  tryKubectl,
} from "../support/cluster.ts";
import { inputsOf } from "../support/inputs.ts";
import { kubectls, kustomize } from "../support/kubectl.ts";
import { skipWithout } from "../support/skip.ts";
import { writeTree } from "../support/temporary.ts";
import { parseYamlStream } from "../support/yaml.ts";

// What removed.sh lists after the registry lost something, on a real cluster, word for word as the page has it.

const IMAGE = "busybox:1.36";
const [APPS, OLD] = ["removed-test-apps", "removed-test-old"];
const STRAY = "removed-test-stray";
const skip =
  skipWithoutCluster() ||
  skipWithout(tryKubectl(["get", "crd", "middlewares.traefik.io"]).exitCode === 0, "Traefik on the cluster");

describe("removed.sh and the lines that delete what it lists", { skip }, () => {
  let cluster: LockedCluster;
  let folder: string;

  before(async () => {
    cluster = await provenCluster();
    deleteNamespaces([APPS, OLD]);
    loadThirdPartyImages(cluster, [IMAGE]);
    folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
  });
  after(async () => {
    deleteNamespaces([APPS, OLD]);
    kubectl(["delete", "clusterrole", STRAY, "--ignore-not-found"]);
    rmSync(folder, { recursive: true, force: true });
    await cluster.release();
  });

  test("a cluster that has what the overlay says has nothing to remove", () => {
    apply(PLATFORM);
    // What controllers make of ours, with labels of ours: they are there before anybody looks.
    kubectl(["rollout", "status", "--namespace", APPS, "deployment/gone", "--timeout=120s"]);
    kubectl(["create", "job", "--namespace", APPS, "--from=cronjob/tick", "tick-now"]);
    assert.match(labelled("endpoints,endpointslices,replicasets,pods,jobs"), /endpoints\/gone[^]*pod\/gone-/);
    for (const { name, path } of kubectls()) assert.deepEqual(removed(path), { lines: [], kept: [] }, name);
  });

  test("it lists exactly what the registry lost, with every kubectl; claims and namespaces only beside it", () => {
    const before = objectsOf();
    apply(without(PLATFORM));
    const now = new Set(objectsOf());
    const lost = before.filter((line) => !now.has(line));
    const isKept = (line: string): boolean => / (persistentvolumeclaim|namespace)\/|^removed-test-old /.test(line);
    assert.ok(
      lost.some((line) => / job\.batch\/stay-once-/.test(line)),
      "a Job with another specification is another",
    );
    assert.ok(lost.some((line) => / middleware\.traefik\.io\//.test(line)));
    assert.ok(lost.filter(isKept).length > 2);
    for (const { name, path } of kubectls()) {
      const { lines, kept } = removed(path);
      assert.deepEqual(lines, lost.filter((line) => !isKept(line)).toSorted(), name);
      assert.deepEqual(kept.toSorted(), lost.filter(isKept).toSorted(), name);
    }
  });

  test("the page's line deletes exactly that", () => {
    const present = all();
    const { lines } = removed("kubectl");
    writeFileSync(join(folder, "removed.txt"), `${lines.join("\n")}\n`);
    execFileSync("sh", ["-c", deleteLine()], { cwd: folder });
    const gone = new Set(lines);
    assert.deepEqual(
      all().filter((line) => present.includes(line)),
      present.filter((line) => !gone.has(line)),
    );
    assert.deepEqual(removed("kubectl").lines, []);
    kubectl(["get", "pvc", "gone-data", "--namespace", APPS]);
  });

  test("an object of somebody else, and one of another platform, is none of ours", () => {
    kubectl(["create", "configmap", "theirs", "--namespace", APPS]);
    const label = (part: string): string =>
      kubectl([
        "label",
        "--overwrite",
        "configmap/theirs",
        "--namespace",
        APPS,
        "app.kubernetes.io/managed-by=slipway",
        part,
      ]);
    label("app.kubernetes.io/part-of=another");
    assert.deepEqual(removed("kubectl").lines, []);
    label("app.kubernetes.io/part-of=removed-test");
    assert.deepEqual(removed("kubectl").lines, [`${APPS} configmap/theirs`]);
    kubectl(["delete", "configmap", "theirs", "--namespace", APPS]);
  });

  test("what belongs to no namespace is listed and deleted in the same way", () => {
    const name = `clusterrole.rbac.authorization.k8s.io/${STRAY}`;
    kubectl(["create", "clusterrole", STRAY, "--verb=get", "--resource=pods"]);
    kubectl(["label", name, "app.kubernetes.io/managed-by=slipway", "app.kubernetes.io/part-of=removed-test"]);
    const { lines } = removed("kubectl");
    assert.deepEqual(lines, [`- ${name}`]);
    writeFileSync(join(folder, "removed.txt"), `${lines.join("\n")}\n`);
    execFileSync("sh", ["-c", deleteLine()], { cwd: folder });
    assert.deepEqual(removed("kubectl").lines, []);
  });

  test("it fails where the cluster does not answer, and lists nothing", () => {
    const { status, stdout } = run("kubectl", ["--server=https://127.0.0.1:1"]);
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
  });

  /** The overlay as a registry has it, applied as the page says. */
  function apply(registry: object): void {
    rmSync(join(folder, "k8s"), { recursive: true, force: true });
    rmSync(join(folder, "overlays"), { recursive: true, force: true });
    writeTree(folder, layout(inputsOf(registry)));
    kubectl(["apply", "-k", join(folder, "overlays/local/namespaces")]);
    kubectl(["apply", "-k", join(folder, "overlays/local")]);
  }

  function objectsOf(): string[] {
    const text = kustomize("kubectl", join(folder, "overlays/local"));
    return (parseYamlStream(text) as KubeObject[]).map(objectLine);
  }

  function removed(path: string): { readonly lines: readonly string[]; readonly kept: readonly string[] } {
    const { status, stdout, stderr } = run(path, []);
    assert.equal(status, 0, stderr);
    return {
      lines: stdout.split("\n").filter(Boolean),
      kept: stderr.split("\n").flatMap((line) => (line.startsWith("kept: ") ? [line.slice(6)] : [])),
    };
  }

  /** With the given kubectl first in PATH. */
  function run(
    path: string,
    args: readonly string[],
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const bin = mkdtempSync(join(tmpdir(), "slipway-test-"));
    try {
      if (path !== "kubectl") symlinkSync(path, join(bin, "kubectl"));
      const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
      return spawnSync("sh", ["overlays/local/removed.sh", ...args], { cwd: folder, env, encoding: "utf8" });
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  }

  function deleteLine(): string {
    const page = readFileSync(join(folder, "overlays/local/README.md"), "utf8");
    const line = page.split("\n").find((one) => one.endsWith("done < removed.txt"));
    assert.ok(line);
    return line;
  }
});

function labelled(kinds: string): string {
  return kubectl(["get", kinds, "--namespace", APPS, "-l", "app.kubernetes.io/part-of=removed-test", "-o", "name"]);
}

/** What lives in the namespace and is nobody's but ours. */
function all(): string[] {
  const kinds =
    "deployments,statefulsets,cronjobs,jobs,services,configmaps,serviceaccounts,persistentvolumeclaims,poddisruptionbudgets,networkpolicies,ingresses,middlewares.traefik.io";
  return kubectl(["get", kinds, "--namespace", APPS, "-o", "name"])
    .split("\n")
    .filter(Boolean)
    .map((name) => `${APPS} ${name}`);
}

const SLEEP = { image: IMAGE, command: ["sleep", "infinity"], namespace: APPS, terminationGracePeriodSeconds: 0 };

/** A platform that has most of what there is. */
const PLATFORM = {
  name: "removed-test",
  namespaces: { [APPS]: {}, [OLD]: { resourceQuota: { pods: "1" } } },
  environments: {
    local: {
      profile: "local",
      ingress: { controller: "traefik", namespace: "traefik", labels: { app: "traefik" }, host: "removed.localhost" },
    },
  },
  services: {
    gone: {
      ...SLEEP,
      ports: { http: { containerPort: 8080 } },
      config: { values: { A: "1" } },
      routes: { gone: { path: "/gone", port: "http", stripPrefix: true } },
      volumes: { data: { mountPath: "/data", size: "1Mi" } },
    },
    stay: {
      ...SLEEP,
      replicas: 2,
      ports: { http: { containerPort: 8080 } },
      routes: { kept: { path: "/kept", port: "http" }, lost: { path: "/lost", port: "http", stripPrefix: true } },
      jobs: { once: { command: ["true"] } },
    },
    state: {
      ...SLEEP,
      kind: "StatefulSet",
      volumes: { data: { mountPath: "/data", size: "1Mi", volumeClaimTemplate: true } },
    },
    tick: { ...SLEEP, kind: "CronJob", job: { schedule: "0 0 1 1 *" }, command: ["true"] },
    old: { ...SLEEP, namespace: OLD },
  },
};

/** Without a service, a route and a namespace, and with another job. */
function without(platform: typeof PLATFORM): object {
  const { gone: _, old: __, ...services } = platform.services;
  const { kept } = services.stay.routes;
  const stay = { ...services.stay, routes: { kept }, jobs: { once: { command: ["echo", "again"] } } };
  return { ...platform, namespaces: { [APPS]: {} }, services: { ...services, stay } };
}
