import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenServices, withoutMocks } from "../../dev/sources/chosen.ts";
import { debugging } from "../../dev/sources/debugging.ts";
import { targetOf } from "../../dev/sources/target.ts";
import { readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";

// Which services a session is about, and as what they run: the flags of `npm run dev`.

const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  web: ["core"],
  core: ["db", "auth"],
  auth: ["db"],
  db: [],
  report: ["core"],
};
const chosen = (only: readonly string[] | null, except: readonly string[] = []): readonly string[] | null =>
  chosenServices(Object.keys(DEPENDENCIES), (name) => DEPENDENCIES[name] ?? [], { only, except });

test("without a flag it is every service", () => assert.equal(chosen(null), null));

test("only some services are those and what they depend on", () => {
  assert.deepEqual(chosen(["core"]), ["core", "auth", "db"]);
});

test("all but some are left alone, and so is what only they need", () => {
  assert.deepEqual(chosen(null, ["report"]), ["web", "core", "auth", "db"]);
  assert.deepEqual(chosen(["web"], ["auth"]), ["web", "core", "db"]);
});

test("a service that is not to be mocked runs itself, and every other is what it was", async () => {
  const { inputs } = await readInputs(".");
  const mocked = targetOf(inputs, "local", null);
  const target = targetOf(withoutMocks(inputs, "local", ["ollama"]), "local", null);
  assert.match(imageOf(mocked.draw("ollama", new Map()).objects), /gpu-mock|mock/);
  assert.match(imageOf(target.draw("ollama", new Map()).objects), /^ollama\/ollama/);
  assert.deepEqual(target.draw("vllm", new Map()), mocked.draw("vllm", new Map()));
});

test("a service that is debugged has its inspector open on loopback, and no probe that kills it", async () => {
  const { inputs } = await readInputs(".");
  const plain = targetOf(inputs, "local", null);
  const target = debugging(plain, "core");
  const [container] = containersOf(target.draw("core", new Map()).objects);
  assert.equal(container?.env?.find(({ name }) => name === "NODE_OPTIONS")?.value, "--inspect=127.0.0.1:9229");
  assert.deepEqual([container?.livenessProbe, container?.startupProbe], [undefined, undefined]);
  assert.deepEqual(target.services.find(({ name }) => name === "core")?.forwards.slice(-2), [
    { port: "node", containerPort: 9229, localPort: 9229 },
    { port: "java", containerPort: 5005, localPort: 5005 },
  ]);
  assert.deepEqual(target.draw("chat", new Map()), plain.draw("chat", new Map()));
});

interface Container {
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe?: object;
  readonly startupProbe?: object;
}

function containersOf(objects: readonly KubeObject[]): readonly Container[] {
  const workload = objects.find(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
  return (workload as unknown as { spec: { template: { spec: { containers: Container[] } } } }).spec.template.spec
    .containers;
}

function imageOf(objects: readonly KubeObject[]): string {
  return containersOf(objects)[0]?.image ?? "";
}
