import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { type Model, environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";
import {
  deleteNamespaces,
  kubectl,
  loadBuiltImages,
  loadThirdPartyImages,
  nodeAddress,
  provenCluster,
  skipWithoutCluster,
  slipway,
  tryKubectl,
  waitUntilReady,
} from "../support/cluster.ts";
import { attempts, connects, runningServices } from "../support/edges.ts";
import { skipWithout } from "../support/skip.ts";

// The root's overlays/local on a real cluster, with nothing but kubectl.

const GENERATIONS =
  'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.generation}{"\\n"}{end}';
const NAMESPACES = ["mage-services", "mage-data", "mage-infra"];
const skip =
  skipWithoutCluster() ||
  skipWithout(tryKubectl(["get", "crd", "middlewares.traefik.io"]).exitCode === 0, "Traefik on the cluster");

describe("overlays/local on a real cluster", { skip }, () => {
  let cluster: LockedCluster;
  let model: Model;
  let id: number;

  before(async () => {
    cluster = await provenCluster();
    model = environmentModel((await readInputs(".")).inputs, "local");
    deleteNamespaces(NAMESPACES);
    await loadBuiltImages(".", "local", cluster);
    loadThirdPartyImages(cluster, ["pgvector/pgvector:pg16", "redis:7-alpine"]);
  });
  after(async () => {
    deleteNamespaces(NAMESPACES);
    kubectl(["delete", "-k", "overlays/local/cluster", "--ignore-not-found"]);
    await cluster.release();
  });

  test("`npm run secrets -- local` creates the Secrets, and a second time changes nothing", () => {
    assert.equal(slipway(["secrets", "local"]).exitCode, 0);
    const versions = (): string =>
      kubectl(["get", "secrets", "--namespace", "mage-data", "-o", "jsonpath={.items[*].metadata.resourceVersion}"]);
    const first = versions();
    const again = slipway(["secrets", "local"]);
    assert.equal(again.exitCode, 0);
    assert.match(again.text, /0 Secrets created/);
    assert.equal(versions(), first);
  });

  test("`kubectl apply -k` makes every pod Ready and every job complete", () => {
    kubectl(["apply", "-k", "overlays/local"]);
    waitUntilReady(NAMESPACES);
  });

  test("what runs on a laptop is what it has images of, and the rest is drawn at 0 replicas", () => {
    const running = runningServices(model).map(({ name }) => name);
    assert.deepEqual(running.toSorted(), ["core", "db", "ollama", "redis", "transcription", "vllm"]);
    const path = String.raw`jsonpath={.items[*].metadata.labels.app\.kubernetes\.io/name}`;
    const pods = NAMESPACES.flatMap((one) => kubectl(["get", "pods", "-n", one, "-o", path]).split(" "));
    assert.deepEqual([...new Set(pods.filter(Boolean))].toSorted(), running.toSorted());
  });

  test("everything runs under Pod Security `restricted`", () => {
    for (const namespace of NAMESPACES) {
      assert.equal(
        kubectl([
          "get",
          "namespace",
          namespace,
          "-o",
          String.raw`jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}`,
        ]),
        "restricted",
      );
      const relabelled = tryKubectl([
        "label",
        "--dry-run=server",
        "--overwrite",
        "namespace",
        namespace,
        "pod-security.kubernetes.io/enforce=restricted",
      ]);
      assert.doesNotMatch(relabelled.text, /Warning/);
    }
  });

  test("a question through the route reaches core, the database and the model, and comes back", async () => {
    const asked = await ask("POST", "/api/questions", { question: "What is a slipway?" });
    assert.equal(asked.status, 201, asked.text);
    const {
      id: created,
      answer,
      model: name,
    } = JSON.parse(asked.text) as { id: number; answer: string; model: string };
    assert.equal(name, "mage-chat");
    assert.ok(answer.length > 0);
    id = created;
    const listed = JSON.parse((await ask("GET", "/api/questions")).text) as {
      questions: { id: number; answer: string }[];
    };
    assert.equal(listed.questions.find((question) => question.id === id)?.answer, answer);
  });

  test("every declared edge works, and no other does", () => {
    for (const { from, to, port, isAllowed } of attempts(model)) {
      const source = serviceOf(from);
      const host = `${to}.${serviceOf(to).namespace}.svc`;
      const opened = connects(
        source.namespace,
        `${source.kind.toLowerCase()}/${from}`,
        source.container.name,
        host,
        port,
      );
      assert.equal(opened, isAllowed, `${from} → ${to}:${port}`);
    }
  });

  test("a pod of a foreign namespace reaches nothing, and nothing reaches a foreign address", () => {
    const core = serviceOf("core");
    assert.equal(connects(core.namespace, "deployment/core", core.container.name, "traefik.traefik.svc", 80), false);
    const overrides = JSON.stringify({ spec: { terminationGracePeriodSeconds: 0 } });
    kubectl([
      "run",
      "stranger",
      "--namespace",
      "default",
      "--image=mage/mock:dev",
      "--image-pull-policy=Never",
      `--overrides=${overrides}`,
    ]);
    try {
      kubectl(["wait", "--namespace", "default", "--for=condition=Ready", "pod/stranger", "--timeout=60s"]);
      for (const [host, port] of [
        ["core.mage-services.svc", 8080],
        ["db.mage-data.svc", 5432],
        ["ollama.mage-services.svc", 11434],
        ["redis.mage-data.svc", 6379],
        ["transcription.mage-services.svc", 8080],
        ["vllm.mage-services.svc", 8000],
      ] as const)
        assert.equal(connects("default", "pod/stranger", "stranger", host, port), false, host);
    } finally {
      kubectl(["delete", "pod", "stranger", "--namespace", "default", "--wait=true"]);
    }
  });

  test("the registry's checks of the running thing pass", () => {
    const verified = slipway(["verify", "local"]);
    assert.equal(verified.exitCode, 0, verified.text);
  });

  test("data survives the deletion of every pod", async () => {
    for (const namespace of NAMESPACES)
      kubectl(["delete", "pods", "--all", "--namespace", namespace, "--wait=true", "--timeout=150s"]);
    waitUntilReady(NAMESPACES);
    const found = await ask("GET", `/api/questions/${id}`);
    assert.equal(found.status, 200, found.text);
  });

  test("applied again it changes no object and runs no job anew", () => {
    // kubectl says "configured" wherever it sends a patch, also one without effect (budgets, claim templates).
    const kinds =
      "deployments,statefulsets,jobs,services,poddisruptionbudgets,networkpolicies,ingresses,serviceaccounts";
    const generations = (): string[] =>
      NAMESPACES.map((namespace) => kubectl(["get", kinds, "--namespace", namespace, "-o", GENERATIONS]));
    const before = generations();
    kubectl(["apply", "-k", "overlays/local"]);
    assert.deepEqual(generations(), before);
  });

  test("a check of the running thing that fails is a finding and exit code 1", () => {
    kubectl(["scale", "deployment/vllm", "--namespace", "mage-services", "--replicas=0"]);
    kubectl([
      "wait",
      "--namespace",
      "mage-services",
      "--for=delete",
      "pods",
      "-l",
      "app.kubernetes.io/name=vllm",
      "--timeout=60s",
    ]);
    const verified = slipway(["verify", "local"]);
    assert.equal(verified.exitCode, 1);
    assert.match(verified.text, /VERIFY_FAILED/);
  });

  function serviceOf(name: string): Model["services"][number] {
    const found = model.services.find((service) => service.name === name);
    assert.ok(found);
    return found;
  }
});

/** Through the ingress controller, as a browser would. Retried for a moment: an endpoint takes a second to arrive there. */
async function ask(
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly text: string }> {
  for (let attempt = 1; ; attempt++) {
    const answer = await askOnce(method, path, body);
    if (answer.status < 502 || attempt === 20) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function askOnce(
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: nodeAddress(),
        port: 80,
        path,
        method,
        headers: { host: "localhost", ...(body && { "content-type": "application/json" }) },
      },
      (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk)));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on("error", reject);
    asked.end(body && JSON.stringify(body));
  });
}
