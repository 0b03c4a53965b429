import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import {
  deleteNamespaces,
  deletePods,
  kubectl,
  loadThirdPartyImages,
  provenCluster,
  skipWithoutCluster,
  slipway,
  tryKubectl,
  waitUntilReady,
} from "../support/cluster.ts";

// examples/wrightnow: its databases and caches run; Authentik's image cannot be had everywhere, so it is dry-run.

const ROOT = "examples/wrightnow";
const NAMESPACES = ["staging-infra", "staging-core", "staging-ai", "staging-web"];
const RUNNING = ["postgres", "redis", "authentik-postgres", "authentik-redis"];

describe("examples/wrightnow on a real cluster", { skip: skipWithoutCluster() }, () => {
  let cluster: LockedCluster;

  before(async () => {
    cluster = await provenCluster();
    deleteNamespaces(NAMESPACES);
    loadThirdPartyImages(cluster, ["pgvector/pgvector:pg16", "postgres:16-alpine", "redis:7-alpine"]);
  });
  after(async () => {
    deleteNamespaces(NAMESPACES);
    await cluster.release();
  });

  test("PostgreSQL and Redis become Ready, each applied on its own after the namespaces and the Secrets", () => {
    const secrets = slipway(["secrets", "local", "--root", ROOT]);
    assert.equal(secrets.exitCode, 0, secrets.text);
    kubectl(["apply", "-k", `${ROOT}/overlays/local/namespaces`]);
    for (const service of RUNNING) kubectl(["apply", "-k", `${ROOT}/overlays/local/${service}`]);
    waitUntilReady(["staging-infra"]);
  });

  test("the init script from the registry's file has run", () => {
    const extensions = psql("select extname from pg_extension");
    assert.match(extensions, /^vector$/m);
  });

  test("data of both survives the deletion of their pods", async () => {
    const redis = (...words: readonly string[]): string =>
      kubectl(["exec", "--namespace", "staging-infra", "deployment/redis", "--", "redis-cli", ...words]);
    psql("create table if not exists app.kept as select 42 as answer");
    redis("set", "kept", "42");
    await deletePods(["staging-infra"], "app.kubernetes.io/name in (postgres,redis)");
    waitUntilReady(["staging-infra"]);
    assert.equal(psql("select answer from app.kept").trim(), "42");
    assert.equal(redis("get", "kept").trim(), "42");
  });

  test("the placeholder namespaces are there, labelled and annotated", () => {
    const found = JSON.parse(kubectl(["get", "namespace", "staging-ai", "-o", "json"])) as {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
    };
    assert.equal(found.metadata.labels["status"], "placeholder");
    assert.equal(found.metadata.annotations["wrightnow.dev/sprint-task"], "AI service");
  });

  test("the whole overlay, Authentik with its shared claim and Secret included, is accepted by the API", () => {
    const applied = tryKubectl(["apply", "-k", `${ROOT}/overlays/local`, "--dry-run=server"]);
    assert.equal(applied.exitCode, 0, applied.text);
    assert.match(applied.text, /deployment.apps\/authentik-worker created \(server dry run\)/);
    assert.doesNotMatch(applied.text, /would violate PodSecurity/);
  });
});

function psql(sql: string): string {
  const command = ["psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", "wrightnow", "-tAc", sql];
  return kubectl(["exec", "--namespace", "staging-infra", "postgres-0", "--", ...command]);
}
