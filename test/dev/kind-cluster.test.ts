import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ensureKindCluster } from "../../dev/kind/ensure.ts";
import { UserError } from "../../tools/lib/errors.ts";
import type { Exec, ExecResult } from "../../tools/lib/exec.ts";
import { inputsOf } from "../support/inputs.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// How a cluster is made: which programs are started, in which order, and what is said when one of them refuses.

const DEFINITIONS = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.example.com }
spec: { group: example.com, scope: Namespaced, names: { kind: Gadget, plural: gadgets }, versions: [] }
`;
const CONTROLLER = `
apiVersion: v1
kind: Namespace
metadata: { name: way-in }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: way-in, namespace: way-in }
spec: { template: { spec: { containers: [{ name: way-in, image: "way-in:1" }] } } }
`;
const FILES = new Map([
  ["crds.yaml", DEFINITIONS],
  ["way-in.yaml", CONTROLLER],
]);

test("a new cluster gets its folders, then its definitions, then its controller, and is waited for", () =>
  making({}, async ({ make, asked, lines, root }) => {
    assert.equal(await make(), "kind-acme");
    assert.ok(existsSync(join(root, ".slipway/volumes")));
    assert.deepEqual(asked, [
      "kind get clusters",
      "kind create cluster --name acme --config - --wait 120s",
      "docker image inspect way-in:1",
      "kind load docker-image way-in:1 --name acme",
      `kubectl --context kind-acme apply --server-side -f ${root}/crds.yaml`,
      "kubectl --context kind-acme wait --for=condition=Established --timeout=60s crd/gadgets.example.com",
      `kubectl --context kind-acme apply --server-side -f ${root}/way-in.yaml`,
      "kubectl --context kind-acme --namespace way-in rollout status deployment/way-in --timeout=300s",
    ]);
    assert.deepEqual(lines, ["applied crds.yaml", "applied way-in.yaml", "ready deployment/way-in in way-in"]);
  }));

test("an image that this machine has not is left to the node", () =>
  making({ "docker image": { exitCode: 1 } }, async ({ make, asked }) => {
    await make();
    assert.ok(!asked.some((line) => line.startsWith("kind load")));
  }));

test("a cluster that is there already is left as it is", () =>
  making({ "kind get": { stdout: "other\nacme\n" } }, async ({ make, asked }) => {
    assert.equal(await make(), "kind-acme");
    assert.deepEqual(asked, ["kind get clusters"]);
  }));

test("what is no manifest is told before a cluster is made", () =>
  making(
    {},
    async ({ make, asked }) => {
      const { code, where } = await refusal(make);
      assert.deepEqual([code, where], ["MANIFEST_OBJECT", "way-in.yaml:1:1"]);
      assert.deepEqual(asked, ["kind get clusters"]);
    },
    new Map([...FILES, ["way-in.yaml", "hello: there\n"]]),
  ));

test("what the new cluster refuses is told, with the command that does it again", () =>
  making({ "kubectl --context kind-acme apply": { exitCode: 1, stderr: "error: no\n" } }, async ({ make }) => {
    const { code, where, message, fix } = await refusal(make);
    assert.deepEqual([code, where], ["CLUSTER_INGRESS_REFUSED", "crds.yaml"]);
    assert.match(message, /refuses it: error: no$/);
    assert.match(fix, /kubectl --context kind-acme apply --server-side -f crds\.yaml$/);
  }));

test("a controller that does not become Ready is told", () =>
  making(
    { "kubectl --context kind-acme --namespace": { exitCode: 1, stderr: "error: timed out" } },
    async ({ make }) => {
      const { code, where, fix } = await refusal(make);
      assert.deepEqual([code, where], ["CLUSTER_INGRESS_NOT_READY", "deployment/way-in in way-in"]);
      assert.match(fix, /--namespace way-in describe pods/);
    },
  ));

test("a port that something else has is named, and where another is chosen", () => {
  const said = [
    "Creating cluster",
    'ERROR: failed to create cluster: command "docker run" failed with error: exit status 125',
    "docker: Error response from daemon: Bind for 127.0.0.1:80 failed: port is already allocated.",
  ];
  return making({ "kind create": { exitCode: 1, stdout: said.join("\n") } }, async ({ make, asked }) => {
    const { code, message, fix } = await refusal(make);
    assert.equal(code, "KIND_FAILED");
    assert.match(message, /127\.0\.0\.1:80/);
    assert.match(fix, /portMappings/);
    assert.equal(asked.length, 2);
  });
});

interface Making {
  readonly root: string;
  readonly make: () => Promise<string>;
  /** Command lines, in their order. */
  readonly asked: readonly string[];
  readonly lines: readonly string[];
}

/** With programs that all succeed in silence, but for those whose command line begins as `answers` says. */
async function making(
  answers: Readonly<Record<string, Partial<ExecResult>>>,
  use: (making: Making) => Promise<void>,
  files: ReadonlyMap<string, string> = FILES,
): Promise<void> {
  const asked: string[] = [];
  const lines: string[] = [];
  const answer = (program: string, args: readonly string[]): ExecResult => {
    const line = [program, ...args].join(" ");
    asked.push(line);
    const own = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
    return { exitCode: 0, stdout: "", stderr: "", durationMs: 0, ...own };
  };
  const exec: Exec = {
    run: async (program, args) => answer(program, args),
    start: async (program, args, onLine) => {
      const result = answer(program, args);
      result.stdout.split("\n").filter(Boolean).forEach(onLine);
      return { pid: 1, ended: Promise.resolve(result), stop: async () => undefined };
    },
  };
  const inputs = inputsOf(registry(), files);
  await inTemporaryFolder(async (root) => {
    const make = (): Promise<string> =>
      ensureKindCluster(exec, { inputs, environment: "local", root }, (line) => lines.push(line));
    await use({ root, make, asked, lines });
  });
}

async function refusal(make: () => Promise<string>): Promise<UserError["findings"][number]> {
  const error = await make().catch((thrown: unknown) => thrown);
  assert.ok(error instanceof UserError);
  return error.findings[0] ?? assert.fail();
}

function registry(): object {
  return {
    name: "acme",
    namespaces: { acme: {} },
    environments: {
      local: {
        profile: "local",
        cluster: {
          extraMounts: [{ hostPath: ".slipway/volumes", containerPath: "/var/local-path-provisioner" }],
          ingress: { files: ["crds.yaml", "way-in.yaml"] },
        },
      },
    },
    services: {},
  };
}
