import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { contextKey, readBuildContexts } from "../../tools/sources/build-context.ts";
import { commandWords, parseDockerfile, stagesOf } from "../../tools/sources/dockerfile.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { readSurroundings } from "../../tools/commands/check.ts";
import { closedWorldOf, hostsIn } from "../../tools/policy/closed-world.ts";
import { subjectOf } from "../../tools/policy/subject.ts";
import { parseQuantity } from "../../tools/lib/quantity.ts";
import { FILES } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { policyRegistry } from "../support/policy-registry.ts";
import { inTemporaryFolder } from "../support/temporary.ts";
import { writeDeep } from "../support/run-cli.ts";

// What is read from disk, and what texts are taken to mean.

test("stages know what they stand on, by arguments of the build and defaults of the file", () => {
  const text = [
    "ARG REGISTRY=docker.io",
    "ARG TAG",
    "FROM --platform=$BUILDPLATFORM ${REGISTRY}/node:${TAG:-22} AS Build",
    "RUN npm ci",
    "FROM build",
    "USER 1",
    "FROM ${UNKNOWN}",
  ].join("\n");
  const found = (args: Record<string, string>) =>
    stagesOf(parseDockerfile(text), args).map(({ name, base }) => [name, base]);
  assert.deepEqual(found({}), [
    ["build", "docker.io/node:22"],
    [null, "build"],
    [null, "${UNKNOWN}"],
  ]);
  assert.deepEqual(found({ REGISTRY: "harbor.internal", TAG: "24" })[0], ["build", "harbor.internal/node:24"]);
  assert.deepEqual(
    stagesOf(parseDockerfile(text))[1]?.instructions.map(({ text: one }) => one),
    ["USER 1"],
  );
});

for (const [text, words] of [
  ['CMD ["node", "a b.js"]', ["node", "a b.js"]],
  ["ENTRYPOINT exec ./start.sh 'x y'", ["exec", "./start.sh", "x y"]],
  ["CMD [not json", ["[not", "json"]],
  ["RUN npm ci", []],
] as const)
  test(`the words of ${text}`, () => {
    const [instruction] = parseDockerfile(text);
    assert.deepEqual(instruction && commandWords(instruction), words);
  });

test("a context is read as a build sees it: files, what is left out, scripts with their mode", () =>
  inTemporaryFolder(async (folder) => {
    const app = join(folder, "app");
    await writeDeep(join(app, "build/Dockerfile"), 'FROM x:1\r\nENTRYPOINT ["/entry"]\r\n');
    await writeDeep(join(app, "bin/entry"), "#!/bin/sh\n");
    await chmod(join(app, "bin/entry"), 0o755);
    await writeFile(join(app, "requirements-dev.txt"), "a==1\n");
    await writeFile(join(app, "main.py"), "print()\n");
    await writeFile(join(app, ".env"), "A=1\n");
    await writeFile(join(app, ".dockerignore"), ".env\nsecret\n");
    await mkdir(join(app, "node_modules/x"), { recursive: true });
    const build = { context: "app", dockerfile: "build/Dockerfile" };
    const contexts = await readBuildContexts(folder, [build, build, { context: "elsewhere" }]);
    assert.deepEqual([...contexts.keys()], [contextKey(build)]);
    const context = contexts.get(contextKey(build));
    assert.equal(context?.dockerfile, "app/build/Dockerfile");
    assert.deepEqual(
      context?.files.map(({ path, isIgnored, isExecutable, text }) => [path, isIgnored, isExecutable, text]),
      [
        [".dockerignore", false, false, null],
        [".env", true, false, "A=1\n"],
        ["bin", false, false, null],
        ["bin/entry", false, true, "#!/bin/sh\n"],
        ["build", false, false, null],
        ["build/Dockerfile", false, false, null],
        ["main.py", false, false, null],
        ["node_modules", false, false, null],
        ["requirements-dev.txt", false, false, "a==1\n"],
      ],
    );
  }));

test("the sources of this repository are all looked at", async () => {
  const { inputs } = await readInputs(".");
  const { contexts, kustomizations } = await readSurroundings(".", inputs);
  const folders = [...readdirSync("services").map((name) => `services/${name}`), "dev/mock"];
  const built = folders.filter((folder) => existsSync(`${folder}/Dockerfile`));
  assert.ok(built.length > 10);
  assert.deepEqual([...contexts.keys()].toSorted(), built.map((folder) => `${folder} Dockerfile`).toSorted());
  assert.ok(kustomizations.length > 10);
  // An air gap runs no mock.
  assert.equal(subjectOf(inputs, "airgap", { contexts, kustomizations }).sources.length, built.length - 1);
});

for (const [text, hosts] of [
  ["https://user:pw@acme.example:8443/x?y", ["acme.example"]],
  ["postgres://db.back.svc/shop and http://[fd00::1]:80/", ["db.back.svc", "[fd00::1]"]],
  ["--repo=ghcr.io/acme/x", ["ghcr.io"]],
  ["registry.hub.docker.com", ["registry.hub.docker.com"]],
  ["http://${HOST}/x https://$(NAME)", []],
  ["harbor.internal/docker.io/library/redis:7", []],
  ["my-github.community", []],
  ["file:///etc/passwd", []],
] as const)
  test(`hosts in ${text}`, () => assert.deepEqual(hostsIn(text), hosts));

for (const [closedWorld, allowed, refused] of [
  [
    undefined,
    [
      "db.back.svc",
      "db.back.svc.cluster.local",
      "db",
      "shop.internal",
      "nas.corp.internal",
      "10.1.2.3",
      "localhost",
      "[::1]",
    ],
    ["acme.example", "8.8.8.8", "172.32.0.1", "[2001:db8::1]", "notshop.internals"],
  ],
  [
    { domains: ["corp.example"], cidrs: ["203.0.113.0/24"] },
    ["corp.example", "git.corp.example", "db.back.svc", "203.0.113.9", "harbor.shop.internal", "127.0.0.1"],
    ["shop.internal", "10.0.0.1", "notcorp.example", "203.0.114.1"],
  ],
] as const)
  test(`a closed world ${closedWorld ? "is as it is declared" : "is private by default"}`, () => {
    const registry = policyRegistry(({ environments }) => (environments!["enclave"].closedWorld = closedWorld));
    const world = closedWorldOf(subjectOf(inputsOf(registry, FILES), "enclave"));
    for (const host of allowed) assert.ok(world.allowsHost(host), `${host} is refused`);
    for (const host of refused) assert.ok(!world.allowsHost(host), `${host} is allowed`);
    assert.ok(!world.allowsNetwork("0.0.0.0/0") && !world.allowsNetwork("::/0"));
  });

for (const [text, value] of [
  ["250m", 0.25],
  ["1", 1],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["100M", 1e8],
  ["2k", 2000],
  ["1e3", 1000],
  ["", null],
  ["much", null],
] as const)
  test(`the quantity "${text}"`, () => assert.equal(parseQuantity(text), value));
