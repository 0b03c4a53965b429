import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { docker, eventually, runContainer, skipWithoutDocker } from "./docker.ts";

// Every image of the platform, whatever services there are, held to what Kubernetes demands of it under the
// restricted profile with a root file system that nobody can write to.

const services = new URL("../../services/", import.meta.url);
const names = readdirSync(services).filter((name) => existsSync(new URL(`${name}/Dockerfile`, services)));
const built = names.filter((name) => name !== "base");
const restricted = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "10001:10001"];

// All variables that any of them reads; nothing answers at any of these places.
const nowhere = "http://127.0.0.1:1";
const peers = ["AGENT", "AUTH", "CORE", "DESKTOP_MODELS", "EMBEDDING", "EXTRACTION", "OLLAMA", "TRANSCRIPTION", "VLLM"];
const environment: Readonly<Record<string, string>> = {
  PGHOST: "127.0.0.1",
  PGUSER: "mage",
  PGDATABASE: "mage",
  PGPASSWORD_FILE: "/run/secrets/secret",
  AUTH_SEED_FILE: "/run/secrets/secret",
  ANALYST_PASSWORD_FILE: "/run/secrets/secret",
  REDIS_URL: "redis://127.0.0.1:1",
  WAIT_TIMEOUT_MS: "0",
  ...Object.fromEntries(peers.map((name) => [`${name}_URL`, nowhere])),
};

describe("the images", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let secrets: string;

  before(async () => {
    secrets = await mkdtemp(join(tmpdir(), "secrets-"));
    cleanup.after(() => rm(secrets, { recursive: true }));
    await chmod(secrets, 0o755);
    await writeFile(join(secrets, "secret"), "only-for-this-test", { mode: 0o644 });
    await build(imageOf("base"), new URL("base", services));
  });

  test("there are some", () => {
    assert.ok(built.length >= 5, built.join());
    assert.ok(built.includes("auth") && names.includes("base"));
  });

  for (const name of built) {
    test(`${name}: no root, no package manager, and live without anything it depends on`, async (context) => {
      await build(imageOf(name), new URL(name, services), "--build-context", `base=docker-image://${imageOf("base")}`);
      const { User, Env, ExposedPorts } = await configOf(imageOf(name));
      assert.equal(User, "10001:10001");
      assert.ok(Env.includes("NODE_ENV=production"));
      assert.equal(await packageManagersIn(imageOf(name)), "");
      const options = [
        "--network",
        "none",
        ...restricted,
        "-v",
        `${secrets}:/run/secrets:ro`,
        ...Object.entries(environment).flatMap(([key, value]) => ["-e", `${key}=${value}`]),
      ];
      if (ExposedPorts === undefined) return fails(await logOf(options, imageOf(name)));
      assert.deepEqual(Object.keys(ExposedPorts).toSorted(), ["8080/tcp", "9090/tcp"]);
      const container = await runContainer(context, ...options, imageOf(name));
      await eventually(() => docker("exec", container, "node", "-e", probe), 60_000, 10_000);
      assert.equal(await exitCodeOnStop(container), "0");
    });
  }

  test("mock: no root, live without a network, and gone at once when stopped", async (context) => {
    const image = imageOf("mock");
    await build(image, new URL("../../dev/mock", import.meta.url));
    assert.equal((await configOf(image)).User, "10001:10001");
    assert.equal(await packageManagersIn(image), "");
    const container = await runContainer(context, "--network", "none", ...restricted, image);
    const health = "fetch('http://127.0.0.1:8000/health').then((answer) => process.exit(answer.ok ? 0 : 1))";
    await eventually(() => docker("exec", container, "node", "-e", health), 60_000, 10_000);
    assert.equal(await exitCodeOnStop(container), "0");
  });

  async function build(image: string, folder: URL, ...options: string[]): Promise<void> {
    await docker("buildx", "build", "--quiet", "--load", "-t", image, ...options, fileURLToPath(folder));
    cleanup.after(async () => {
      await docker("rmi", "-f", image);
    });
  }
});

function imageOf(name: string): string {
  return `slipway-test/${name}:${process.pid}`;
}

// Live, though nothing answers it; not ready, for the same reason; its metrics are on a port of their own.
const probe = `
  const statusOf = async (path) => (await fetch("http://127.0.0.1:" + path)).status;
  Promise.all(["8080/health/live", "8080/health/ready", "9090/metrics"].map(statusOf)).then((statuses) => {
    process.exit(statuses.join() === "200,503,200" ? 0 : 1);
  });`;

interface Config {
  readonly User: string;
  readonly Env: readonly string[];
  readonly ExposedPorts?: Readonly<Record<string, unknown>>;
}

async function configOf(image: string): Promise<Config> {
  return JSON.parse(await docker("inspect", "--format", "{{json .Config}}", image)) as Config;
}

// By name wherever it lies, and by what the shell would find.
function packageManagersIn(image: string): Promise<string> {
  const managers = ["npm", "npx", "corepack", "yarn", "yarnpkg", "pnpm"];
  const script = `find / -xdev \\( ${managers.map((name) => `-name ${name}`).join(" -o ")} \\) -not -path '/proc/*' 2>/dev/null
    command -v ${managers.join(" ")} || true`;
  return docker("run", "--rm", "--network", "none", "--entrypoint", "sh", image, "-c", script);
}

// Of a Job: it ends by itself.
async function logOf(options: readonly string[], image: string): Promise<{ code: number; log: string }> {
  const run = ["run", "--rm", ...options, image];
  return docker(...run).then(
    (log) => ({ code: 0, log }),
    (error: { code: number; stdout: string }) => ({ code: error.code, log: error.stdout.trim() }),
  );
}

// Without what it depends on it must fail, and say so in one line of JSON.
function fails({ code, log }: { code: number; log: string }): void {
  assert.equal(code, 1);
  const lines = log.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ level }) => level),
    ["fatal"],
  );
  assert.match(log, /ECONNREFUSED/);
}

// Docker kills after ten seconds, which would be exit code 137.
async function exitCodeOnStop(container: string): Promise<string> {
  await docker("stop", container);
  return docker("inspect", "--format", "{{.State.ExitCode}}", container);
}
