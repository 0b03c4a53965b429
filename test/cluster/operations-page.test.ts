import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
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
import { blockBelow, runBlock } from "../support/operations-page.ts";
import { writeTree } from "../support/temporary.ts";

// The page of an environment, block by block as it stands, on a real cluster: from nothing to what it says, and again.

const NAMESPACE = "page-test";
const IMAGE = "nginxinc/nginx-unprivileged:1.27-alpine";

describe("overlays/local/README.md on a real cluster", { skip: skipWithoutCluster() }, () => {
  let cluster: LockedCluster;
  let folder: string;

  before(async () => {
    cluster = await provenCluster();
    deleteNamespaces([NAMESPACE]);
    loadThirdPartyImages(cluster, [IMAGE]);
    folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
    writeTree(folder, layout(inputsOf(PLATFORM)));
    const values = join(folder, ".page-test-local");
    mkdirSync(values);
    writeFileSync(join(values, "greeting.word"), 'it\'s a "secret"');
  });
  after(async () => {
    deleteNamespaces([NAMESPACE]);
    rmSync(folder, { recursive: true, force: true });
    await cluster.release();
  });

  for (const time of ["the first time", "again"]) {
    test(`its steps work as they stand, ${time}`, async () => {
      for (const title of ["Namespaces", "Secrets", "Apply", "Verify", "One service"]) {
        const { status, text } = await run(below(title));
        assert.equal(status, 0, `${title}\n${text}`);
      }
    });
  }

  test("the Secret has what the file has, and is left alone by the second run", async () => {
    const value = (): string => kubectl(["get", "secret", "greeting", "-n", NAMESPACE, "-o", "jsonpath={.data.word}"]);
    assert.equal(Buffer.from(value(), "base64").toString(), 'it\'s a "secret"');
    writeFileSync(join(folder, ".page-test-local", "greeting.word"), "another");
    await run(below("Secrets"));
    assert.equal(Buffer.from(value(), "base64").toString(), 'it\'s a "secret"');
  });

  test("each line of Verify fails where the answer is another one", async () => {
    const [line, ...functions] = below("Verify").split("\n").toReversed();
    const asked = [...functions.toReversed(), line?.replace("Welcome", "Farewell")].join("\n");
    assert.notEqual(asked, below("Verify"));
    assert.notEqual((await run(asked)).status, 0);
  });

  test("waiting ends, and fails, where a pod never becomes Ready", async () => {
    kubectl(["set", "image", "deployment/web", "web=page-test/none:0", "-n", NAMESPACE]);
    const impatient = below("Apply").split("\n").slice(2).join("\n").replaceAll("--timeout=30m", "--timeout=3s");
    const { status, text } = await run(impatient);
    assert.notEqual(status, 0);
    assert.match(text, /timed out/);
    assert.equal((await run("kubectl rollout undo -n page-test deployment.apps/web")).status, 0);
  });

  test("the diff of docs/ci.md passes with a difference and without, and fails where it cannot be told", async () => {
    const line = /kubectl diff -k overlays\/staging \|\|.*/.exec(readFileSync("docs/ci.md", "utf8"))?.[0] ?? "false";
    const diff = line.replace("overlays/staging", "overlays/local");
    assert.deepEqual(await run(diff), { status: 0, text: "" });
    kubectl(["scale", "deployment/web", "-n", NAMESPACE, "--replicas=2"]);
    const { status, text } = await run(diff);
    assert.equal(status, 0);
    assert.match(text, /^-  replicas: 2\n\+  replicas: 1$/m);
    assert.equal((await run(diff.replace("diff", "--server=https://127.0.0.1:1 diff"))).status, 1);
    kubectl(["scale", "deployment/web", "-n", NAMESPACE, "--replicas=1"]);
  });

  function below(title: string): string {
    return blockBelow(readFileSync(join(folder, "overlays/local/README.md"), "utf8"), title);
  }

  function run(script: string): ReturnType<typeof runBlock> {
    return runBlock(script, { cwd: folder, home: folder, kubeconfig: cluster.kubeconfigPath });
  }
});

const PLATFORM = {
  name: "page-test",
  namespaces: { [NAMESPACE]: {} },
  environments: { local: { profile: "local" } },
  secrets: { greeting: { keys: { word: {} } } },
  services: {
    web: {
      image: IMAGE,
      ports: { http: { containerPort: 8080 } },
      files: { "/run/secrets/word": { secret: "greeting", key: "word" } },
      securityContext: { pod: { runAsUser: 101, runAsGroup: 101, fsGroup: 101 } },
      terminationGracePeriodSeconds: 1,
      jobs: { once: { command: ["sh", "-c", "test -s /run/secrets/word"] } },
      verify: {
        answers: { http: { port: "http", path: "/" } },
        knows: { exec: { command: ["cat", "/run/secrets/word"], contains: "it's" } },
        missing: { http: { port: "http", path: "/no?such=page", status: 404 } },
        welcomes: { http: { port: "http", path: "/", contains: "Welcome to nginx" } },
      },
    },
  },
};
