import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { REGISTRY } from "../support/build-registry.ts";
import { CLI, LOADER, assertNoStack, codesIn, runCli, withRegistry } from "../support/run-cli.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// `new` as a real process: answered by flags, at a terminal, and where nobody answers.

const CACHE = ["new", "service", "cache", "--image", "redis:7", "--namespace", "back", "--port", "redis=6379"] as const;

test("new service writes one entry and what follows from it, and nothing else of the file moves", async () => {
  await withRegistry(async (folder) => {
    const flags = ["--kind", "StatefulSet", "--port", "metrics=9121", "--depends-on", "db", "--depends-on", "api"];
    const { exitCode, stdout, stderr } = await runCli(folder, [...CACHE, ...flags]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^update services\.json\ncreate k8s\/api\/[^]*^create k8s\/cache\/statefulset\.yaml$/m);
    assert.match(stderr, /cache is in services\.json; \d+ files written/);
    const added = [
      ",",
      '    "cache": {',
      '      "kind": "StatefulSet",',
      '      "namespace": "back",',
      '      "image": "redis:7",',
      '      "ports": { "redis": { "containerPort": 6379 }, "metrics": { "containerPort": 9121 } },',
      '      "dependsOn": { "db": {}, "api": {} }',
      "    }",
    ].join("\n");
    assert.equal((await registryIn(folder)).replace(added, ""), REGISTRY);
    assert.equal((await runCli(folder, ["gen", "--check"])).exitCode, 0);
  });
});

test("what is built has an image by its name; a route leads to the first port", async () => {
  await withRegistry(async (folder) => {
    const flags = [
      "--build",
      "services/search",
      "--namespace",
      "front",
      "--port",
      "web=8080,admin=8081",
      "--route",
      "/search",
    ];
    assert.equal((await runCli(folder, ["new", "service", "search", ...flags])).exitCode, 0);
    const { services } = JSON.parse(await registryIn(folder)) as { services: Record<string, unknown> };
    assert.deepEqual(services["search"], {
      namespace: "front",
      image: "shop/search:1.0.0",
      build: { context: "services/search" },
      ports: { web: { containerPort: 8080 }, admin: { containerPort: 8081 } },
      routes: { main: { path: "/search", port: "web" } },
    });
    assert.match(await readFile(join(folder, "overlays/enclave/search/ingress-main.yaml"), "utf8"), /path: \/search/);
  });
});

test("where nobody can be asked, everything that is missing is told at once, and nothing is written", async () => {
  await withRegistry(async (folder) => {
    const { exitCode, stdout, stderr } = await runCli(folder, ["new", "service"]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    for (const what of [/service NAME/, /--namespace: one of back, front, later/, /--image: such as shop\/api:1\.0\.0/])
      assert.match(stderr, what);
    assertNoStack(stderr);
    assert.equal(await registryIn(folder), REGISTRY);
  });
});

for (const [flags, code, message] of [
  [["--kind", "Deploymnt"], "ANSWER_INVALID", /did you mean "Deployment"/],
  [["--namespace", "bak"], "ANSWER_INVALID", /did you mean "back"/],
  [["--image", "Redis:7"], "ANSWER_INVALID", /must be an image reference/],
  [["--port", "6379"], "ANSWER_INVALID", /write name=number/],
  [["--port", "a=70000"], "ANSWER_INVALID", /"a=70000" is no port/],
  [["--port", "Http=80"], "ANSWER_INVALID", /"Http" must be a DNS-1123 label/],
  [["--depends-on", "dbb"], "ANSWER_INVALID", /did you mean "db"/],
  [["--depends-on", "base"], "ANSWER_INVALID", /there is no service "base"/],
  [["--route", "api"], "ANSWER_INVALID", /write \/api/],
  [["--route", "/"], "ROUTE_CLASH", /cache\/main and web\/home/],
  [["--port", "redis=1"], "ANSWER_INVALID", /"redis" is named twice/],
  [["--kind", "Image"], "BUILD_MISSING", /the new service cache \(nothing was written\)/],
] as const)
  test(`new service ${flags.join(" ")} is refused, and nothing is written`, async () => {
    await withRegistry(async (folder) => {
      const { exitCode, stdout, stderr } = await runCli(folder, [...CACHE, ...flags]);
      assert.deepEqual([exitCode, stdout], [1, ""]);
      assert.match(stderr, new RegExp(code));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /node:internal/);
      assert.equal(await registryIn(folder), REGISTRY);
      assert.ok(!existsSync(join(folder, "k8s")));
    });
  });

test("a name that is taken, and a registry that is wrong already, are told first", async () => {
  await withRegistry(async (folder) => {
    assert.match((await runCli(folder, ["new", "service", "api", "--image", "a:1"])).stderr, /a service "api" already/);
    await writeFile(join(folder, "services.json"), REGISTRY.replace('"replicas": 2', '"replcas": 2'));
    assert.deepEqual(codesIn((await runCli(folder, [...CACHE, "--json"])).stdout), ["REGISTRY_UNKNOWN_KEY"]);
  });
});

test("when gen refuses, the entry is there and the refusal is told", async () => {
  await withRegistry(async (folder) => {
    await runCli(folder, ["gen"]);
    await writeFile(join(folder, "overlays/local/kustomization.yaml"), "resources: []\n");
    const { exitCode, stdout, stderr } = await runCli(folder, CACHE);
    assert.deepEqual([exitCode, stdout], [1, "update services.json\n"]);
    assert.match(stderr, /FILE_FOREIGN[^]*cache is in services\.json; nothing else was written: npm run gen/);
    assert.match(await registryIn(folder), /"cache"/);
  });
});

test("new platform begins a registry to which services can be added; it never touches one that is there", async () => {
  await inTemporaryFolder(async (folder) => {
    const begun = await runCli(folder, ["new", "platform", "shop"]);
    assert.deepEqual([begun.exitCode, begun.stdout], [0, "create services.json\n"]);
    assert.equal((await runCli(folder, ["new", "service", "api", "--image", "shop/api:1"])).exitCode, 0);
    assert.equal((await runCli(folder, ["gen", "--check"])).exitCode, 0);
    const before = await registryIn(folder);
    assert.deepEqual(codesIn((await runCli(folder, ["new", "platform", "shop", "--json"])).stdout), [
      "REGISTRY_EXISTS",
    ]);
    assert.equal(await registryIn(folder), before);
  });
});

test("new without a registry, a name or a thing says what to do", async () => {
  await inTemporaryFolder(async (folder) => {
    const runs: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [["new"], /THING_UNKNOWN/],
      [["new", "sevice"], /did you mean "service"/],
      [["new", "platform"], /npm run new -- platform NAME[^]*ANSWERS_MISSING/],
      [["new", "platform", "My Shop"], /ANSWER_INVALID/],
      [CACHE, /npm run new -- platform NAME[^]*REGISTRY_NOT_FOUND/],
    ];
    for (const [args, says] of runs) {
      const { exitCode, stderr } = await runCli(folder, args);
      assert.equal(exitCode, 1);
      assert.match(stderr, says);
      assertNoStack(stderr);
    }
    assert.ok(!existsSync(join(folder, "services.json")));
  });
});

const terminal = { skip: spawnSync("script", ["--version"]).status === 0 ? false : "there is no script(1) here" };

test(
  "at a terminal it asks, again where an answer is wrong, and takes what is in brackets for an empty one",
  terminal,
  async () => {
    await inTemporaryFolder(async (folder) => {
      const { exitCode, text } = await dialogue(
        folder,
        ["new", "service"],
        [
          [/Name of the platform, to begin one.*:/, "shop"],
          [/Name:/, "Bad Name"],
          [/must be a DNS-1123 label.*\r?\n.*Name:/, "api"],
          [/Kind \(Deployment \| StatefulSet.*\) \[Deployment\]:/, ""],
          [/Build from .*:/, "services/api"],
          [/Image .* \[shop\/api:1\.0\.0\]:/, ""],
          [/Ports .* \[http=8080\]:/, ""],
          [/Depends on .*:/, ""],
        ],
      );
      assert.equal(exitCode, 0, text);
      const { services } = JSON.parse(await registryIn(folder)) as { services: object };
      const ports = { http: { containerPort: 8080 } };
      assert.deepEqual(services, { api: { image: "shop/api:1.0.0", build: { context: "services/api" }, ports } });
      assert.ok(existsSync(join(folder, "k8s/api/deployment.yaml")));
    });
  },
);

test("flags are not asked for; Ctrl-C writes nothing", terminal, async () => {
  await withRegistry(async (folder) => {
    const { exitCode, text } = await dialogue(
      folder,
      ["new", "service", "cache", "--kind", "Deployment"],
      [
        [/^[^]{0,40}Namespace \(back \| front \| later\):/, "back"],
        [/Build from .*:/, "\u0003"],
      ],
    );
    assert.equal(exitCode, 1);
    assert.match(text, /ANSWERS_MISSING/);
    assert.equal(await registryIn(folder), REGISTRY);
  });
});

function registryIn(folder: string): Promise<string> {
  return readFile(join(folder, "services.json"), "utf8");
}

/** Runs the command line in a pseudo terminal: waits for each question and answers it. */
function dialogue(
  folder: string,
  args: readonly string[],
  answers: readonly (readonly [question: RegExp, answer: string])[],
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  const command = [process.execPath, "--import", LOADER, CLI, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", TERM: "dumb" },
  });
  const deadline = setTimeout(() => child.kill("SIGKILL"), 20_000);
  let [text, unanswered, next] = ["", "", 0];
  child.stdout.on("data", (chunk: Buffer) => {
    text += String(chunk);
    unanswered += String(chunk);
    const [question, answer] = answers[next] ?? [];
    if (!question?.test(unanswered)) return;
    [unanswered, next] = ["", next + 1];
    child.stdin.write(answer === "\u0003" ? answer : `${answer}\r`);
  });
  return new Promise((resolve) =>
    child.on("close", (exitCode) => {
      clearTimeout(deadline);
      resolve({ exitCode, text });
    }),
  );
}
