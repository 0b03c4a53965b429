import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { deleteNamespaces, kubectl, skipWithoutCluster, tryKubectl } from "../support/cluster.ts";
import { type Session, eventually, id, releaseCluster, startSession } from "../support/applied.ts";
import { gatekeepers } from "../support/admission.ts";
import { drawn, template } from "../support/drawn.ts";

// What the API refuses, or only warns of, in a person's words: each with where, fix and a code of its own.

const NS = `${id}-refused`;
const STRICT = `${id}-strict`;
const GONE = `${id}-gone`;
const signal = new AbortController().signal;

const CM = (namespace: string, name = "web"): KubeObject =>
  drawn("v1", "ConfigMap", name, namespace, { data: { a: "1" } });
const DEPLOYMENT = (namespace: string, fields: object = {}): KubeObject =>
  drawn("apps/v1", "Deployment", "web", namespace, {
    spec: { replicas: 0, selector: { matchLabels: { app: "web" } }, template: template("web"), ...fields },
  });

interface Case {
  readonly title: string;
  readonly object: KubeObject;
  readonly code: string;
  readonly where?: string;
  readonly message: RegExp;
}

const CASES: readonly Case[] = [
  {
    title: "a quota",
    object: drawn("v1", "Service", "web", STRICT, { spec: { ports: [{ port: 80 }] } }),
    code: "APPLY_QUOTA",
    message: /^exceeded quota: small, requested: services=1, used: services=0, limited: services=0$/,
  },
  {
    title: "Pod Security",
    object: drawn("v1", "Pod", "web", STRICT, { spec: (template("web") as { spec: object }).spec }),
    code: "APPLY_POD_SECURITY",
    message: /^violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
  },
  {
    title: "a value that is not allowed",
    object: drawn("v1", "Service", "web", NS, { spec: { ports: [{ port: 123456 }] } }),
    code: "APPLY_INVALID",
    message: /^spec\.ports\[0\]\.port: Invalid value: 123456/,
  },
  {
    title: "a field that is none",
    object: DEPLOYMENT(NS, { replica: 1 }),
    code: "APPLY_INVALID",
    message: /^spec\.replica: there is no such field$/,
  },
  {
    title: "a kind that nobody has installed",
    object: drawn("absent.slipway.dev/v1", "Widget", "web", NS, {}),
    code: "APPLY_KIND_UNKNOWN",
    message: /^the cluster knows no kind Widget in absent\.slipway\.dev\/v1$/,
  },
  {
    title: "a namespace that is not there",
    object: CM(`${id}-absent`),
    code: "APPLY_NAMESPACE_MISSING",
    where: `Namespace/${id}-absent`,
    message: /^it does not exist$/,
  },
  {
    title: "a policy",
    object: drawn("v1", "ServiceAccount", "refuse-me", NS, {}),
    code: "APPLY_POLICY_DENIED",
    message: /^the policy apply-\S+ refuses it: nobody is called refuse-me$/,
  },
  {
    title: "a webhook that nobody answers for",
    object: drawn("v1", "ServiceAccount", "ask-webhook", NS, {}),
    code: "APPLY_WEBHOOK_UNREACHABLE",
    message: /^the webhook ask\.slipway\.dev must agree and does not answer: /,
  },
];

describe("what the API refuses", { skip: skipWithoutCluster() }, () => {
  let session: Session;

  before(async () => {
    for (const namespace of [NS, STRICT, GONE]) kubectl(["create", "namespace", namespace]);
    kubectl([
      "label",
      "namespace",
      STRICT,
      "pod-security.kubernetes.io/enforce=restricted",
      "pod-security.kubernetes.io/warn=restricted",
    ]);
    kubectl(["create", "quota", "small", "--namespace", STRICT, "--hard=services=0"]);
    kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: gatekeepers(NS) }));
    await inForce();
    session = await startSession();
  });
  after(async () => {
    await session.port.close();
    await releaseCluster();
    kubectl([
      "delete",
      "validatingadmissionpolicy,validatingadmissionpolicybinding,validatingwebhookconfiguration",
      id,
      "--ignore-not-found",
    ]);
    deleteNamespaces([NS, STRICT, GONE]);
  });

  for (const { title, object, code, message, where } of CASES)
    test(`${title} is a finding`, async () => {
      const [finding] = await refused([object]);
      assert.equal(finding?.code, code, JSON.stringify(finding));
      assert.match(finding.message, message);
      const { kind, metadata } = object;
      assert.equal(finding.where, where ?? `${kind}/${metadata.name} in ${metadata.namespace}`);
      assert.notEqual(finding.fix, "");
    });

  test("all that is refused is told at once", async () => {
    const codes = (await refused(CASES.slice(2, 5).map(({ object }) => object))).map(({ code }) => code);
    assert.deepEqual(
      [...new Set(codes)].toSorted(),
      ["APPLY_INVALID", "APPLY_KIND_UNKNOWN"],
      "the workload's wave comes later",
    );
  });

  test("a warning is told once", async () => {
    const apply = (version: string): Promise<number> =>
      run([DEPLOYMENT(STRICT, { template: template("web", version) })], "warned");
    await apply("1");
    await apply("2");
    const found = session.findings("APPLY_POD_SECURITY");
    assert.deepEqual(
      found.map(({ where, severity }) => [where, severity]),
      [[`Deployment/web in ${STRICT}`, "warning"]],
    );
    await run([drawn("v1", "Endpoints", "web", NS, {})], "old");
    assert.match(session.findings("APPLY_DEPRECATED")[0]?.message ?? "", /Endpoints is deprecated/);
  });

  test("a namespace that is being deleted is waited for", async () => {
    const held = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "held", namespace: GONE, finalizers: ["slipway.dev/held"] },
    };
    kubectl(["apply", "-f", "-"], JSON.stringify(held));
    kubectl(["delete", "namespace", GONE, "--wait=false"]);
    const applied = run([CM(GONE)], "gone");
    await eventually(async () => assert.equal(session.findings("APPLY_NAMESPACE_TERMINATING").length, 1));
    kubectl([
      "patch",
      "configmap",
      "held",
      "--namespace",
      GONE,
      "--type=merge",
      "--patch",
      '{"metadata":{"finalizers":null}}',
    ]);
    // Nobody makes it again: it is none of the platform's.
    await assert.rejects(applied, ({ findings }: UserError) => findings[0]?.code === "APPLY_NAMESPACE_MISSING");
  });

  test("a namespace of ours that somebody deletes is made again with all that is in it", async () => {
    const own = `${id}-own`;
    const shared = { objects: [drawn("v1", "Namespace", own, null, {})], digest: "" };
    const target = { services: [], everyService: [], shared, secrets: [], environment: "local" } as never;
    const prepare = (): Promise<void> =>
      session.port.prepare({ type: "prepare", key: "", subject: "", target }, signal);
    await prepare();
    await run([CM(own)], "own");
    await eventually(async () => assert.equal(await run([CM(own)], "own"), 0));
    kubectl(["delete", "namespace", own]);
    const all = [`ConfigMap/web in ${own}`, `Namespace/${own}`];
    await eventually(async () => assert.deepEqual(session.drifted().toSorted(), all));
    await Promise.all([prepare(), run([CM(own)], "own")]);
    kubectl(["get", "configmap", "web", "--namespace", own]);
    const records = kubectl(["get", "configmap", "--namespace", own, "-l", "slipway.dev/inventory", "-o", "name"])
      .trim()
      .split("\n");
    assert.equal(records.length, 2);
    deleteNamespaces([own]);
  });

  /** Policies, webhooks and quotas take effect a moment after they are made. */
  function inForce(): Promise<void> {
    return eventually(async () => {
      for (const name of ["refuse-me", "ask-webhook"])
        assert.notEqual(tryKubectl(["create", "serviceaccount", name, "-n", NS, "--dry-run=server"]).exitCode, 0, name);
      assert.equal(kubectl(["get", "quota", "small", "-n", STRICT, "-o", "jsonpath={.status.hard.services}"]), "0");
    }, 30_000);
  }

  async function refused(objects: readonly KubeObject[]): Promise<readonly Finding[]> {
    const error = await run(objects, "refused").then(
      () => assert.fail("it was not refused"),
      (reason: unknown) => reason,
    );
    if (error instanceof UserError) return error.findings;
    throw error;
  }

  function run(objects: readonly KubeObject[], service: string): Promise<number> {
    return session.port.apply(
      { type: "apply", key: service, subject: service, service, drawing: { objects, digest: "" } },
      signal,
    );
  }
});
