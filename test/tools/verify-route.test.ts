import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type KubeService, type Pod, portsOf } from "../../tools/cluster/controller.ts";
import { ask, judgeAnswer } from "../../tools/cluster/http.ts";
import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { askRoute, questionOf } from "../../tools/cluster/verify-route.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { readInputs } from "../../tools/registry/read.ts";

// Asking through an ingress controller: which pod, which port, which question. test/cluster asks a real one.

test("a question carries the host that the client would use, and follows no redirect", async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/moved" ? 301 : 200, { location: "https://elsewhere.example" });
    response.end(`${request.headers.host} ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    assert.deepEqual(await ask({ port, path: "/a?b=c", host: "shop.example" }), {
      status: 200,
      body: "shop.example /a?b=c",
    });
    assert.deepEqual(await ask({ port, path: "/moved" }), { status: 301, body: `127.0.0.1:${port} /moved` });
  } finally {
    server.close();
  }
});

test("an answer is judged by its status, then by what it holds", () => {
  assert.equal(judgeAnswer("/x", { status: 200, body: "all ok" }, { contains: "ok" }), null);
  assert.equal(judgeAnswer("/x", { status: 404, body: "" }, { status: 404 }), null);
  assert.match(judgeAnswer("/x", { status: 503, body: "sorry" }, {}) ?? "", /^\/x answered 503, not 200: sorry$/);
  assert.match(judgeAnswer("/x", { status: 200, body: "no" }, { contains: "ok" }) ?? "", /without "ok": no$/);
});

test("ports: where a Service's 80 and 443 lead, else those of the usual names, else the usual numbers", () => {
  const service = (ports: KubeService["spec"]["ports"], selector = { app: "proxy" }): KubeService => ({
    spec: { selector, ports: ports ?? [] },
  });
  const found = (pod: Pod, ...services: readonly KubeService[]): readonly (number | null)[] => {
    const { httpPort, httpsPort } = portsOf(pod, services);
    return [httpPort, httpsPort];
  };
  const named = pod({ name: "web", containerPort: 8000 }, { name: "websecure", containerPort: 8443 });
  assert.deepEqual(found(named), [8000, 8443]);
  assert.deepEqual(found(pod({ containerPort: 80 }, { containerPort: 443 })), [80, 443]);
  assert.deepEqual(found(pod({ name: "metrics", containerPort: 9100 })), [null, null]);
  const targets = service([
    { port: 80, targetPort: "web" },
    { port: 443, targetPort: 10_443 },
  ]);
  assert.deepEqual(found(named, targets), [8000, 10_443]);
  assert.deepEqual(found(named, service([{ port: 80, targetPort: 1 }], { app: "other" })), [8000, 8443]);
});

test("the path of a check comes after that of its route", async () => {
  const { inputs } = await readInputs("test/golden/network");
  const api = environmentModel(inputs, "nginx").services.find(({ name }) => name === "api");
  const route = (key: string) => {
    const found = api?.routes.find((one) => one.key === key);
    assert.ok(found);
    return found;
  };
  const paths = (key: string, path?: string): string =>
    questionOf(route(key), { name: key, ...(path !== undefined && { path }) }, true).path;
  assert.deepEqual(
    [paths("v1"), paths("v1", "/ready"), paths("admin"), paths("admin", "/ready")],
    ["/api/v1", "/api/v1/ready", "/", "/ready"],
  );
  assert.equal(
    questionOf({ ...route("v1"), host: "*.shop.example" }, { name: "v1" }, false).host,
    "verify.shop.example",
  );
});

test("without a controller that is ready, the command that shows its pods is told", async () => {
  const { inputs } = await readInputs("test/golden/network");
  const model = environmentModel(inputs, "nginx");
  const api = model.services.find(({ name }) => name === "api");
  assert.ok(api);
  const kubectl = { json: async () => ({ items: [] }) } as unknown as Kubectl;
  assert.equal(
    await askRoute(kubectl, api, { name: "v1" }, model),
    "no pod of the ingress controller is ready: kubectl -n ingress-nginx get pods -l app.kubernetes.io/name=ingress-nginx",
  );
});

function pod(...ports: readonly { readonly name?: string; readonly containerPort: number }[]): Pod {
  return { metadata: { name: "proxy-1", labels: { app: "proxy", hash: "1" } }, spec: { containers: [{ ports }] } };
}
