import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ownership } from "../../tools/layout/generated.ts";
import { layout } from "../../tools/layout/layout.ts";
import type { FileTree } from "../../tools/lib/tree.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { objectLine } from "../../tools/operations/object-list.ts";
import { KINDS, selector } from "../../tools/operations/removed-script.ts";
import { readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { render } from "../../tools/render/render.ts";
import { FILES, type RegistryData, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";

// What operators read and run: README.md, objects.txt and removed.sh of each environment.

const ROOTS = [".", ...readdirSync("examples").map((name) => `examples/${name}`)];

test("the lists of an environment name each of its objects once, as kubectl does", async () => {
  for (const root of ROOTS) {
    const { inputs } = await readInputs(root);
    const tree = layout(inputs);
    for (const environment of Object.keys(inputs.registry.environments)) {
      const lists = [...tree].filter(
        ([path]) => path.startsWith(`overlays/${environment}/`) && path.endsWith("/objects.txt"),
      );
      const lines = lists.flatMap(([, text]) =>
        text.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
      );
      const drawn = render(environmentModel(inputs, environment)).map(({ object }) => objectLine(object));
      assert.deepEqual(lines.toSorted(), drawn.toSorted(), `${root} ${environment}`);
      // Each list lies beside the kustomization that applies what it names.
      for (const [path] of lists) assert.ok(tree.has(path.replace("objects.txt", "kustomization.yaml")), path);
    }
  }
});

test("an object is written as `kubectl get -o name` prints it", () => {
  const object = (apiVersion: string, kind: string, namespace?: string): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: "a", ...(namespace !== undefined && { namespace }) },
  });
  assert.equal(objectLine(object("v1", "ConfigMap", "n")), "n configmap/a");
  assert.equal(objectLine(object("networking.k8s.io/v1", "NetworkPolicy", "n")), "n networkpolicy.networking.k8s.io/a");
  assert.equal(objectLine(object("v1", "Namespace")), "- namespace/a");
});

test("removed.sh looks for every kind that is drawn", async () => {
  const kinds = readdirSync("tools/render/kinds").flatMap((file) => {
    const text = readFileSync(join("tools/render/kinds", file), "utf8");
    return [...text.matchAll(/(?:kind: |drawWorkload\(service, )"([A-Z]\w+)"/g)].map(([, kind]) => kind?.toLowerCase());
  });
  assert.ok(kinds.length >= 15);
  const known = new Set(KINDS.map((kind) => kind.split(".")[0]));
  const inside = new Set(["rule", "service"]);
  assert.deepEqual(
    kinds.filter((kind) => !known.has(kind) && !inside.has(kind ?? "")),
    [],
  );
  for (const root of ROOTS) {
    const { inputs } = await readInputs(root);
    for (const environment of Object.keys(inputs.registry.environments))
      for (const { object } of render(environmentModel(inputs, environment)))
        if (object.metadata.labels?.["app.kubernetes.io/managed-by"] === "slipway")
          assert.ok(
            (KINDS as readonly string[]).includes(objectLine(object).split(/[ /]/)[1] ?? ""),
            objectLine(object),
          );
  }
});

test("what selects an environment's objects tells a preview from the others", () => {
  const labelled = (labels: Record<string, string>): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", labels: { "app.kubernetes.io/managed-by": "slipway", ...labels } },
  });
  const preview = { "slipway.dev/environment": "preview", "parameters.slipway.dev/pr": "7" };
  const ours = "app.kubernetes.io/managed-by=slipway,app.kubernetes.io/part-of=shop";
  assert.equal(selector("shop", [labelled({ team: "a" })]), `${ours},!slipway.dev/environment`);
  assert.equal(
    selector("shop", [labelled({ ...preview, team: "a" }), labelled(preview)]),
    `${ours},slipway.dev/environment=preview,parameters.slipway.dev/pr=7`,
  );
});

test("every page, list and script knows whether somebody edited it", () => {
  for (const [path, text] of generated()) {
    if (!/\.(md|txt|sh)$/.test(path)) continue;
    assert.equal(ownership(text), "intact", path);
    assert.equal(ownership(`${text}more\n`), "edited", path);
    assert.equal(ownership(text.split("\n").slice(2).join("\n")), "foreign", path);
  }
});

test("every block of every page, and every script, is a shell's language", () => {
  for (const [path, text] of generated()) {
    const scripts = path.endsWith(".sh") ? [text] : path.endsWith("README.md") ? shellBlocks(text) : [];
    for (const script of scripts) execFileSync("sh", ["-n"], { input: script });
  }
});

test("a page names no version and no hash: it stays as it is when images change", () => {
  const changed = generated(({ services }) => {
    (services as { api: { image: string } }).api.image = "shop/api:9.9";
  });
  assert.notDeepEqual(changed, generated());
  for (const [path, text] of generated()) if (path.endsWith("README.md")) assert.equal(changed.get(path), text, path);
});

test("what has no job, check, Secret or claim has no words about it", () => {
  const bare = generated((registry) => {
    delete registry["volumes"];
    registry["services"] = { web: { namespace: "front", image: "nginx:1", volumes: {} } };
  });
  const page = bare.get("overlays/local/README.md") ?? "";
  assert.doesNotMatch(page, /job\.batch|Verify|[Ss]ecret|Neither/);
  assert.match(page, /## 3\. Remove what is no longer wanted/);
});

test("what Kubernetes cannot wait for is not waited for, and said", () => {
  const page =
    generated((registry) => {
      const { db, api } = registry["services"] as Record<string, Record<string, unknown>>;
      Object.assign(db ?? {}, { strategy: { type: "OnDelete" } });
      Object.assign(registry["services"] ?? {}, {
        seed: { ...api, kind: "Job", job: { suspend: true }, ports: {}, ...NOTHING_SERVED },
      });
    }).get("overlays/local/README.md") ?? "";
  assert.match(page, /grep -vE -e '\^back statefulset\.apps\/db\$'/);
  assert.match(page, /OnDelete, so you delete the pods yourself: back statefulset\.apps\/db/);
  assert.match(page, /grep -vE -e '\^back job\.batch\/seed-\[0-9a-f\]\{8\}\$'/);
});

const NOTHING_SERVED = { probes: {}, metrics: null, routes: {}, verify: {}, develop: {}, jobs: {}, replicas: null };

/** The output of the registry that tests share, after a change to it. */
function generated(change: (registry: RegistryData) => void = () => {}): FileTree {
  return layout(inputsOf(withoutNulls(changedRegistry(change)), FILES));
}

function withoutNulls(registry: RegistryData): RegistryData {
  return JSON.parse(JSON.stringify(registry), (_, value: unknown) =>
    value === null ? undefined : value,
  ) as RegistryData;
}

function shellBlocks(page: string): string[] {
  return [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block ?? "");
}
