import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { DEFINITIONS, type Definition, definitionFile } from "../support/definitions.ts";
import { ROOTS } from "../support/roots.ts";
import { skipWithout } from "../support/skip.ts";
import { provenCluster, skipWithoutCluster, tryKubectl } from "../support/cluster.ts";

// Every overlay on a cluster of its own that has seen nothing but the overlay's namespaces and definitions.

const NAME = "slipway-dry-run";
// The ingress controller of a kind cluster brings it.
const MIDDLEWARES = "k8s/traefik/crds/customresourcedefinition-middlewares.traefik.io.yaml";

const CONDITIONS = String.raw`jsonpath={range .items[*]}{.metadata.name}{.status.conditions}{"\n"}{end}`;

/** What a platform uses and does not bring: it is of operators that are there before. */
const GIVEN: Readonly<Record<string, readonly Definition[]>> = { "examples/linkops": DEFINITIONS };

describe("every overlay is accepted by the API of a fresh cluster", { skip: skipWithoutCluster() }, () => {
  let folder: string;
  let kubeconfig: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
    kubeconfig = join(folder, "kubeconfig");
    execFileSync(
      "kind",
      ["create", "cluster", "--name", NAME, "--kubeconfig", kubeconfig, "--image", await nodeImage(), "--wait", "120s"],
      { stdio: "ignore" },
    );
    await establish(["-f", MIDDLEWARES]);
  });
  after(() => {
    execFileSync("kind", ["delete", "cluster", "--name", NAME], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  });

  for (const root of ROOTS) {
    const given = (GIVEN[root] ?? []).map((definition) => ({ ...definition, file: definitionFile(definition) }));
    const missing = given.filter(({ file }) => file === null).map(({ kind, module }) => `${kind} of ${module}`);
    const skip = skipWithout(missing.length === 0, `definitions from Go modules: ${missing.join(", ")}`);
    for (const environment of readdirSync(join(root, "overlays"))) {
      test(`${root}: kubectl apply -k overlays/${environment} --dry-run=server`, { skip }, async () => {
        for (const { file } of given) await establish(["-f", file ?? ""]);
        const overlay = join(root, "overlays", environment);
        const definitions = join(overlay, "cluster", "crds");
        if (existsSync(definitions)) await establish(["-k", definitions]);
        const namespaces = fresh(["apply", "-k", join(overlay, "namespaces")]);
        const applied = fresh(["apply", "-k", overlay, "--dry-run=server"]);
        assert.doesNotMatch(applied, /would violate PodSecurity/);
        assert.ok(applied.split("\n").length > namespaces.split("\n").length);
        fresh(["delete", "-k", join(overlay, "namespaces"), "--ignore-not-found", "--wait=true", "--timeout=120s"]);
      });
    }
  }

  /** As the overlay's own page says. Until the API server has looked at a definition, there are no conditions to wait for. */
  async function establish(files: readonly string[]): Promise<void> {
    fresh(["apply", "--server-side", "--force-conflicts", ...files]);
    while (
      !fresh(["get", "crd", "-o", CONDITIONS])
        .split("\n")
        .every((line) => line === "" || line.includes("Established"))
    )
      await new Promise((resolve) => setTimeout(resolve, 200));
    fresh(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
  }

  function fresh(args: readonly string[]): string {
    const { exitCode, text } = tryKubectl(["--kubeconfig", kubeconfig, ...args]);
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
