import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { kubectl, provenCluster, skipWithoutCluster, tryKubectl } from "../support/cluster.ts";

// Every overlay on a cluster of its own that has seen nothing but the overlay's namespaces and definitions.

const NAME = "slipway-dry-run";
// What linkops names besides is of three operators, whose definitions this test does not have: the linters judge it.
const ROOTS = [".", "examples/llmops-rag", "examples/torus-preview", "examples/wrightnow"];

describe("every overlay is accepted by the API of a fresh cluster", { skip: skipWithoutCluster() }, () => {
  let folder: string;
  let kubeconfig: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
    kubeconfig = join(folder, "kubeconfig");
    const crd = kubectl(["get", "crd", "middlewares.traefik.io", "-o", "json"]);
    execFileSync(
      "kind",
      ["create", "cluster", "--name", NAME, "--kubeconfig", kubeconfig, "--image", await nodeImage(), "--wait", "120s"],
      { stdio: "ignore" },
    );
    fresh(["create", "-f", "-"], withoutStatus(crd));
    // Until the API server has looked at it, a definition has no conditions to wait for.
    while (
      !fresh(["get", "crd", "middlewares.traefik.io", "-o", "jsonpath={.status.conditions}"]).includes("Established")
    )
      await new Promise((resolve) => setTimeout(resolve, 200));
  });
  after(() => {
    execFileSync("kind", ["delete", "cluster", "--name", NAME], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  });

  for (const root of ROOTS) {
    for (const environment of readdirSync(join(root, "overlays"))) {
      test(`${root}: kubectl apply -k overlays/${environment} --dry-run=server`, () => {
        const overlay = join(root, "overlays", environment);
        const definitions = join(overlay, "cluster", "crds");
        if (existsSync(definitions)) define(definitions);
        const namespaces = fresh(["apply", "-k", join(overlay, "namespaces")]);
        const applied = fresh(["apply", "-k", overlay, "--dry-run=server"]);
        assert.doesNotMatch(applied, /would violate PodSecurity/);
        assert.ok(applied.split("\n").length > namespaces.split("\n").length);
        fresh(["delete", "-k", join(overlay, "namespaces"), "--ignore-not-found", "--wait=true", "--timeout=120s"]);
      });
    }
  }

  /** As the overlay's own page says; the controller's definitions were there before. */
  function define(folder: string): void {
    fresh(["apply", "--server-side", "--force-conflicts", "-k", folder]);
    fresh(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
  }

  function fresh(args: readonly string[], input?: string): string {
    const { exitCode, text } = tryKubectl(["--kubeconfig", kubeconfig, ...args], input);
    assert.equal(exitCode, 0, text);
    return text;
  }
});

/** The node image of the cluster that is there: another one might not be at hand. */
async function nodeImage(): Promise<string> {
  const cluster = await provenCluster();
  await cluster.release();
  return execFileSync("docker", ["inspect", "--format", "{{.Config.Image}}", cluster.nodes[0]?.name ?? ""], {
    encoding: "utf8",
  }).trim();
}

function withoutStatus(crd: string): string {
  const { apiVersion, kind, metadata, spec } = JSON.parse(crd) as {
    apiVersion: string;
    kind: string;
    metadata: { name: string; annotations?: object };
    spec: object;
  };
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: { name: metadata.name, annotations: metadata.annotations },
    spec,
  });
}
