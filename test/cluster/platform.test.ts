import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Agent } from "node:http";
import { after, before, describe, test } from "node:test";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { type Model, environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { reached } from "../support/reach.ts";
import {
  deleteNamespaces,
  deletePods,
  kubectl,
  loadThirdPartyImages,
  nodeAddress,
  provenCluster,
  skipWithoutCluster,
  slipway,
  tryKubectl,
  waitUntilReady,
} from "../support/cluster.ts";
import { eventually } from "../services/docker.ts";
import { attempts, runningServices } from "../support/edges.ts";
import { type Door, ask, bearer, searchable, send, signIn, tellAbout, textOf, upload } from "../support/flow.ts";
import { recordingOf } from "../support/recording.ts";
import { skipWithout } from "../support/skip.ts";

// The root platform on a real cluster: from nothing by one command, then with nothing but kubectl.

const GENERATIONS =
  'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.generation}{"\\n"}{end}';
const NAMESPACES = ["mage-services", "mage-data", "mage-infra"];
const DOCUMENT = "A slipway is a ramp on which ships are built, and from which they slide into the water.";
const QUESTION = "What is a slipway?";
const skip =
  skipWithoutCluster() ||
  skipWithout(tryKubectl(["get", "crd", "middlewares.traefik.io"]).exitCode === 0, "Traefik on the cluster");

describe("the root platform on a real cluster", { skip }, () => {
  let cluster: LockedCluster;
  let model: Model;
  let door: Door;

  before(async () => {
    cluster = await provenCluster();
    model = environmentModel((await readInputs(".")).inputs, "local");
    deleteNamespaces(NAMESPACES);
    loadThirdPartyImages(cluster, ["pgvector/pgvector:pg16", "redis:7-alpine"]);
  });
  after(async () => {
    deleteNamespaces(NAMESPACES);
    kubectl(["delete", "-k", "overlays/local/cluster", "--ignore-not-found"]);
    await cluster.release();
  });

  test("`npm run dev -- --once` brings it up from nothing: images, Secrets, objects, and every check passes", (context) => {
    const startMs = Date.now();
    const { status, stdout, stderr } = spawnSync("node", ["--import", "tsx", "dev/cli.ts", "--once"], {
      encoding: "utf8",
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /all Ready, every check passed$/m);
    context.diagnostic(`${((Date.now() - startMs) / 1000).toFixed(1)} s`);
    door = { baseUrl: "http://localhost", agent: agentTo(nodeAddress()), password: secret("users", "analyst") };
  });

  test("every pod is Ready, every job complete, and they are those of the services with an image", () => {
    waitUntilReady(NAMESPACES);
    const expected = model.services.filter(({ kind, replicas }) => kind !== "External" && replicas !== 0);
    const path = String.raw`jsonpath={.items[*].metadata.labels.app\.kubernetes\.io/name}`;
    const pods = NAMESPACES.flatMap((one) => kubectl(["get", "pods", "-n", one, "-o", path]).split(" "));
    assert.deepEqual([...new Set(pods.filter(Boolean))].toSorted(), expected.map(({ name }) => name).toSorted());
  });

  test("everything runs under Pod Security `restricted`", () => {
    for (const namespace of NAMESPACES) {
      const label = String.raw`jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}`;
      assert.equal(kubectl(["get", "namespace", namespace, "-o", label]), "restricted");
      const enforce = ["namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"];
      const relabelled = tryKubectl(["label", "--dry-run=server", "--overwrite", ...enforce]);
      assert.doesNotMatch(relabelled.text, /Warning/);
    }
  });

  test("a document is uploaded, and a question about it answered from it, through the way in", async () => {
    const { passages, answer } = await tellAbout(door, textOf(DOCUMENT), QUESTION);
    assert.match(JSON.stringify(passages), /ramp on which ships are built/);
    assert.match(answer, /\[1\]/);
  });

  test("a recording goes through transcription first", async () => {
    const token = await signIn(door);
    const recording = { name: "tone.wav", mediaType: "audio/wav", bytes: recordingOf(2) };
    const id = await upload(door, token, recording);
    await searchable(door, token, id);
    const document = (await read(`/workbench/documents/${id}`)) as { text: string };
    assert.notEqual(document.text.trim(), "");
  });

  test("every declared edge works; no other does, nor one from another namespace, nor one out of the cluster", async () => {
    const pods = podsOf();
    const wanted = attempts(model);
    const ports = [...new Set(wanted.map(({ to, port }) => `${pods.get(to)}:${port}`))];
    const targets = [...ports, "1.1.1.1:443"].map((one) => ({
      host: one.split(":")[0] ?? "",
      port: Number(one.split(":")[1]),
    }));
    const seen = await reached(cluster.nodes[0]?.name ?? "", targets);
    for (const { from, to, port, isAllowed } of wanted)
      assert.equal(
        seen.get(pods.get(from) ?? "")?.get(`${pods.get(to)}:${port}`),
        isAllowed,
        `${from} → ${to}:${port}`,
      );
    const stranger = seen.get(addressOf("kube-system", "k8s-app=kube-dns"));
    for (const port of ports) assert.equal(stranger?.get(port), false, `a pod of another namespace → ${port}`);
    for (const from of runningServices(model))
      assert.equal(seen.get(pods.get(from.name) ?? "")?.get("1.1.1.1:443"), false, from.name);
  });

  test("the deletion of every pod loses no document and no conversation", async () => {
    const token = await signIn(door);
    const id = await upload(door, token, textOf("The harbour of Whitby lies at the mouth of the Esk."));
    await deletePods(NAMESPACES);
    waitUntilReady(NAMESPACES);
    // Addresses of new pods reach the nodes, and the ingress, a moment after they are Ready.
    await eventually(async () => void (await ask(door, await signIn(door), QUESTION)), 30_000, 10_000);
    const { passages } = await ask(door, await signIn(door), QUESTION);
    assert.match(JSON.stringify(passages), /ramp on which ships are built/);
    const document = await read(`/workbench/documents/${id}`);
    assert.match(JSON.stringify(document), /Whitby/);
    const { conversations } = (await read("/api/conversations")) as { conversations: readonly unknown[] };
    assert.ok(conversations.length >= 2);
  });

  test("`kubectl apply -k overlays/local` takes it over: every pod is Ready again, and a second time changes nothing", () => {
    kubectl(["apply", "-k", "overlays/local"]);
    waitUntilReady(NAMESPACES);
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
    const gone = ["--for=delete", "pods", "-l", "app.kubernetes.io/name=vllm", "--timeout=60s"];
    kubectl(["wait", "--namespace", "mage-services", ...gone]);
    const verified = slipway(["verify", "local"]);
    assert.equal(verified.exitCode, 1);
    assert.match(verified.text, /VERIFY_FAILED/);
  });

  /** What an address answers to the user. */
  async function read(path: string): Promise<unknown> {
    const answer = await send(door, "GET", path, bearer(await signIn(door)));
    assert.equal(answer.status, 200, answer.text);
    return JSON.parse(answer.text);
  }

  /** One running pod's address for each service that has one. */
  function podsOf(): ReadonlyMap<string, string> {
    const path = String.raw`jsonpath={range .items[?(@.status.phase=="Running")]}{.metadata.labels.app\.kubernetes\.io/name} {.status.podIP}{"\n"}{end}`;
    const lines = NAMESPACES.flatMap((one) => kubectl(["get", "pods", "-n", one, "-o", path]).split("\n"));
    return new Map(lines.filter(Boolean).map((line) => line.split(" ") as [string, string]));
  }
});

function addressOf(namespace: string, selector: string): string {
  return kubectl(["get", "pods", "-n", namespace, "-l", selector, "-o", "jsonpath={.items[0].status.podIP}"]);
}

/** The node's address under whatever name: it is the ingress controller that listens there. */
function agentTo(address: string): Agent {
  return new Agent({
    lookup: (_host, { all }, answer) =>
      all === true ? answer(null, [{ address, family: 4 }]) : answer(null, address, 4),
  });
}

function secret(name: string, key: string): string {
  const value = kubectl(["get", "secret", name, "-n", "mage-services", "-o", `jsonpath={.data.${key}}`]);
  return Buffer.from(value, "base64").toString();
}
