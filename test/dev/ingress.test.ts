import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiAnswer, ApiRequest, KubeApi } from "../../dev/cluster/api/api.ts";
import { missingIngress } from "../../dev/ingress.ts";
import { targetOf } from "../../dev/sources/target.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { inputsOf } from "../support/inputs.ts";

// Whether a session says that the cluster has no ingress controller, and what it costs to know.

const NONE: ApiAnswer = { status: 200, body: { items: null }, warnings: [] };

test("a controller that is not there is one warning, for one request, with the command that brings it", async () => {
  const { findings, asked } = await told({ files: ["crds.yaml", "way-in.yaml"] });
  const [finding, ...more] = findings;
  assert.deepEqual(more, []);
  assert.deepEqual([finding?.code, finding?.severity], ["INGRESS_MISSING", "warning"]);
  assert.match(finding?.where ?? "", /^services\.json:\d+:\d+$/);
  assert.equal(
    finding?.message,
    "the cluster has no pod of traefik (app=traefik,tier=edge in way-in): 2 routes will lead nowhere",
  );
  assert.match(finding?.fix ?? "", /^kubectl --context kind-acme apply --server-side -f crds\.yaml -f way-in\.yaml /);
  assert.match(finding?.fix ?? "", /npm run dev -- cluster create/);
  assert.deepEqual(asked, ["GET /api/v1/namespaces/way-in/pods app=traefik,tier=edge 1"]);
});

test("a registry that brings none is told where to name it", async () => {
  const { findings } = await told({});
  assert.match(findings[0]?.fix ?? "", /environments\.local\.cluster\.ingress/);
});

test("nothing is said of one that is there, or that nobody may look for, or by an API that does not answer", async () => {
  for (const answer of [
    async () => ({ ...NONE, body: { items: [{ metadata: { name: "traefik-0" } }] } }),
    async () => ({ ...NONE, status: 403 }),
    async () => Promise.reject(new Error("no route to host")),
  ])
    assert.deepEqual((await told({ answer })).findings, []);
});

test("an API that is slow holds up nobody", async () => {
  const beganMs = performance.now();
  const answer = (signal?: AbortSignal): Promise<ApiAnswer> =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  // An idle timer alone keeps no process alive.
  const keepAlive = setInterval(() => undefined, 100);
  assert.deepEqual((await told({ answer })).findings, []);
  clearInterval(keepAlive);
  assert.ok(performance.now() - beganMs < 5000);
});

test("without a route nobody asks: none is written, or their services are left alone", async () => {
  for (const wanted of [{ routes: {} }, { only: ["back"] }])
    assert.deepEqual(await told(wanted), { findings: [], asked: [] });
});

test("a platform that brings its way in itself is not asked for one", async () => {
  assert.deepEqual(await told({ home: "way-in" }), { findings: [], asked: [] });
});

interface Wanted {
  readonly files?: readonly string[];
  readonly routes?: object;
  /** Namespace of a service that no route leads to. */
  readonly home?: string;
  readonly only?: readonly string[];
  readonly answer?: (signal?: AbortSignal) => Promise<ApiAnswer>;
}

async function told({ answer = async () => NONE, only, ...written }: Wanted): Promise<{
  readonly findings: readonly Finding[];
  readonly asked: readonly string[];
}> {
  const asked: string[] = [];
  const request = async (method: string, path: string, { query, signal }: ApiRequest = {}): Promise<ApiAnswer> => {
    asked.push(`${method} ${path} ${query?.["labelSelector"]} ${query?.["limit"]}`);
    return answer(signal);
  };
  const inputs = inputsOf(registry(written));
  const target = targetOf(inputs, "local", only ?? null);
  const api = { request } as unknown as KubeApi;
  return { findings: await missingIngress(api, "kind-acme", { inputs, target }), asked };
}

function registry({ files, routes, home = "acme" }: Omit<Wanted, "answer" | "only">): object {
  const port = { image: "acme:1", namespace: "acme", ports: { http: { containerPort: 8080 } } };
  return {
    name: "acme",
    namespaces: { acme: {}, [home]: {} },
    environments: {
      local: {
        profile: "local",
        ingress: {
          controller: "traefik",
          namespace: "way-in",
          labels: { app: "traefik", tier: "edge" },
          host: "localhost",
        },
        ...(files && { cluster: { ingress: { files } } }),
      },
    },
    services: {
      web: {
        ...port,
        routes: routes ?? { page: { path: "/", port: "http" }, api: { path: "/api", port: "http" } },
      },
      back: { ...port, namespace: home },
    },
  };
}
