import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { connectEngine } from "../../dev/build/engine.ts";
import { localEngines } from "../../tools/cluster/docker-engine.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { curlSettings, doorTo } from "../support/airgap/door.ts";
import { type Enclave, closeEnclave, openEnclave, settle } from "../support/airgap/enclave.ts";
import { type Supply, listedImages, missingImages, running, supplies } from "../support/airgap/images.ts";
import { imagesOf, needsOf } from "../support/airgap/needs.ts";
import { complaints, isWell, podsOf, serviceOf } from "../support/airgap/pods.ts";
import { type Target, reached } from "../support/reach.ts";
import { run } from "../support/run.ts";
import { writeValues } from "../support/airgap/values.ts";
import { send, tellAbout, textOf } from "../support/flow.ts";
import { blockBelow, runBlock } from "../support/operations-page.ts";
import { skipWithout } from "../support/skip.ts";
import { parseYamlStream } from "../support/yaml.ts";

// Operations' way: overlays/airgap on a cluster of its own, with a registry of its own and nothing else to pull from,
// by the commands of the operators' page and no other. docs/airgap.md says what stands in for what.

const OVERLAY = "overlays/airgap";
const SIZE = { cpus: 64, memoryGi: 512 };
const STEPS = ["Before", "Namespaces", "Secrets", "Apply", "Verify", "Remove what is no longer wanted", "One service"];

const { inputs } = await readInputs(".");
const model = environmentModel(inputs, "airgap");
const listed = listedImages(OVERLAY);

function skipReason(): string | false {
  for (const [what, program, ...args] of [
    ["a Docker engine", "docker", "info"],
    ["kind", "kind", "version"],
    ["kubectl", "kubectl", "version", "--client"],
    ["openssl", "openssl", "version"],
  ] as const)
    if (spawnSync(program, args, { stdio: "ignore" }).status !== 0) return skipWithout(false, what);
  const images = missingImages(listed, model);
  return skipWithout(images.length === 0, `an image of ${images.join(", ")}`);
}

describe("overlays/airgap on a cluster of its own, by kubectl alone", { skip: skipReason() }, () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
  const page = readFileSync(`${OVERLAY}/README.md`, "utf8");
  const machine = createServer((socket) => socket.end());
  let enclave: Enclave;
  let objects: readonly KubeObject[];
  let supplied: readonly Supply[];

  before(async () => {
    await closeEnclave();
    // All that operators are given.
    for (const given of ["overlays", "k8s"]) cpSync(given, join(folder, given), { recursive: true });
    objects = parseYamlStream(await run("kubectl", ["kustomize", OVERLAY])) as KubeObject[];
    const [engine] = await localEngines(process.env["DOCKER_HOST"]);
    supplied = await supplies(listed, inputs, "airgap", await connectEngine(engine?.socketPath ?? ""));
    const hosts = { registryHost: model.registryHost ?? "", host: model.ingress?.host ?? "" };
    enclave = await openEnclave(folder, { needs: needsOf(objects), size: SIZE, ...hosts }, async (registry) => {
      await Promise.all(supplied.map(({ image, target }) => registry.push(image, target)));
    });
    const values = join(folder, `.${model.platform}-airgap`);
    mkdirSync(values);
    writeValues(values, model, enclave.certificates);
    const curl = curlSettings(hosts.host, enclave.port, join(enclave.certificates, "ca.crt"));
    writeFileSync(join(folder, ".curlrc"), curl);
    await new Promise<void>((resolve) => machine.listen(0, resolve));
  });
  after(async () => {
    machine.close();
    await closeEnclave();
    rmSync(folder, { recursive: true, force: true });
  });

  test("what is not real is told", (context) => {
    const { devices, provisioners, runtimeClasses } = needsOf(objects);
    context.diagnostic(`the node only says that it has ${SIZE.cpus} CPUs and ${SIZE.memoryGi} GiB`);
    for (const [name, count] of Object.entries(devices)) context.diagnostic(`${name}: ${count}, and there is none`);
    for (const name of runtimeClasses) context.diagnostic(`RuntimeClass ${name}: runc`);
    for (const name of provisioners) context.diagnostic(`${name}: a folder of the node`);
    for (const { instead } of supplied) if (instead !== null) context.diagnostic(instead);
    for (const { target, usedBy } of listed)
      if (usedBy === undefined) context.diagnostic(`${target}: not brought, nothing of the overlay runs it`);
  });

  test("every image that the overlay runs is in mirror.yaml", () => {
    assert.deepEqual(
      imagesOf(objects).toSorted(),
      running(listed)
        .map(({ target }) => target)
        .toSorted(),
    );
  });

  test("no image of the platform is in the node beforehand", async () => {
    const list = await run("docker", ["exec", enclave.node, "ctr", "--namespace=k8s.io", "images", "list", "-q"]);
    assert.notEqual(list, "");
    assert.ok(!list.includes(model.platform) && !list.includes(model.registryHost ?? ""), list);
  });

  test("the page's steps work as they stand, in their order", async (context) => {
    for (const title of STEPS) {
      const startMs = Date.now();
      const { status, text } = await runSteps(title);
      if (status !== 0) {
        const why = await complaints(enclave, await podsOf(enclave, model.platform));
        assert.fail(`${title}: exit code ${status}\n${text.split("\n").slice(-20).join("\n")}\n${why}`);
      }
      context.diagnostic(`${title}: ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
    }
  });

  test("every service has its pods, every pod is Ready and every job complete", async () => {
    const pods = await podsOf(enclave, model.platform);
    for (const pod of pods) assert.ok(isWell(pod), `${serviceOf(pod)}: ${JSON.stringify(pod.status)}`);
    const services = model.services.filter(({ kind, replicas }) => kind !== "External" && replicas !== 0);
    assert.deepEqual([...new Set(pods.map(serviceOf))].toSorted(), services.map(({ name }) => name).toSorted());
  });

  test("every image that runs is the registry's, by its digest", async () => {
    const digests = new Map<string, string>();
    for (const { target } of supplied) digests.set(target, await enclave.registry.digest(target));
    for (const { status } of await podsOf(enclave, model.platform))
      for (const { image, imageID } of status.containerStatuses)
        assert.equal(imageID, `${image.slice(0, image.lastIndexOf(":"))}@${digests.get(image)}`);
  });

  test("applied again it changes nothing", async () => {
    assert.deepEqual(await runInFolder(`kubectl diff -k ${OVERLAY}`), { status: 0, text: "" });
  });

  test("the way in has the certificate of the enclave's authority, and leads to the services", async () => {
    const { status, text } = await send(door(enclave.ca), "GET", "/auth/jwks");
    assert.equal(status, 200, text);
    await assert.rejects(send(door(), "GET", "/auth/jwks"), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });

  test("a document is uploaded, and a question about it answered", async () => {
    const password = readFileSync(join(folder, `.${model.platform}-airgap`, "users.analyst"), "utf8");
    const document = "A slipway is a ramp on which ships are built, and from which they slide into the water.";
    const { passages, answer } = await tellAbout(
      { ...door(enclave.ca), password },
      textOf(document),
      "What is a slipway?",
    );
    assert.match(JSON.stringify(passages), /ramp on which ships are built/);
    assert.notEqual(answer, "");
  });

  test("no pod reaches an address outside of the cluster but what its service declares", async (context) => {
    const declared = await settleExternals();
    const targets: Target[] = [
      { host: enclave.neighbours.machine, port: (machine.address() as AddressInfo).port },
      { host: enclave.neighbours.registry, port: 443 },
      ...declared,
    ];
    // What the others are refused is seen to answer.
    const address = await settleStranger();
    const seen = await reached(enclave.node, [...targets, { host: "1.1.1.1", port: 443 }]);
    for (const target of targets) assert.ok(seen.get(address)?.get(nameOf(target)), `${nameOf(target)} answers`);
    const pods = (await podsOf(enclave, model.platform)).filter(({ status }) => status.phase === "Running");
    for (const pod of pods) {
      const opened = [...(seen.get(pod.status.podIP) ?? [["nothing was asked", true]])].filter(([, isOpen]) => isOpen);
      const edges = model.edges.filter(({ from }) => from === serviceOf(pod)).map(({ to }) => to);
      const allowed = declared.filter(({ service }) => edges.includes(service)).map(nameOf);
      assert.deepEqual(opened.map(([name]) => name).toSorted(), allowed.toSorted(), pod.metadata.name);
    }
    context.diagnostic(`${pods.length} pods asked for 1.1.1.1:443, ${targets.map(nameOf).join(", ")}`);
  });

  /** A block's exit code is its last line's, so it is told to end with the first that fails; a diff that finds something is none. */
  function runSteps(title: string): ReturnType<typeof runBlock> {
    const lines = blockBelow(page, title).split("\n");
    return runInFolder(lines.toSpliced(lines[0]?.startsWith("kubectl diff") ? 1 : 0, 0, "set -e").join("\n"));
  }

  function runInFolder(script: string): ReturnType<typeof runBlock> {
    return runBlock(script, { cwd: folder, home: folder, kubeconfig: enclave.kubeconfig });
  }

  function door(ca?: Buffer): ReturnType<typeof doorTo> {
    return doorTo(model.ingress?.host ?? "", enclave.port, ca);
  }

  /** Servers outside of the cluster that services may reach. */
  async function settleExternals(): Promise<(Target & { readonly service: string })[]> {
    const externals = model.services.flatMap(({ name, external, ports }) =>
      (external?.addresses ?? []).map((host) => ({ service: name, host, port: ports[0]?.containerPort ?? 0 })),
    );
    for (const { service, host } of externals)
      await settle({ name: service, address: host, image: modelServer()?.image ?? "" });
    return externals;
  }

  /** A pod of no platform, which no policy selects: its address. */
  async function settleStranger(): Promise<string> {
    await enclave.kubectl(["run", "stranger", `--image=${modelServer()?.target}`]);
    await enclave.kubectl(["wait", "pod/stranger", "--for=condition=Ready", "--timeout=60s"]);
    return enclave.kubectl(["get", "pod", "stranger", "-o", "jsonpath={.status.podIP}"]);
  }

  function modelServer(): Supply | undefined {
    return supplied.find(({ target }) => target.includes("/ollama:"));
  }
});

function nameOf({ host, port }: Target): string {
  return `${host}:${port}`;
}
