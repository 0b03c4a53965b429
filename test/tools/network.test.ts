import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, isStrictlyWithin } from "../../tools/lib/cidr.ts";
import { parseQuantity } from "../../tools/lib/quantity.ts";
import { layout } from "../../tools/layout/layout.ts";
import { environmentModel } from "../../tools/model/model.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { render } from "../../tools/render/render.ts";
import { priorityOf, ruleOf } from "../../tools/render/traefik.ts";
import { type RegistryData, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";

// How services are reached and what they may reach, where the goldens do not show it.

const OUTSIDE = {
  kind: "External",
  namespace: "back",
  ports: { https: { containerPort: 8443, servicePort: 443, appProtocol: "https" } },
  external: { addresses: ["192.0.2.1"] },
};

test("a reference to what runs elsewhere: its own name and port, or those of its Service", () => {
  const change = (external: object) => (registry: RegistryData) => {
    const ports = { https: { containerPort: 8443, appProtocol: "https" } };
    registry["services"]!["outside"] = { ...OUTSIDE, external, ...("host" in external && { ports }) };
    registry["services"]!["web"].dependsOn.outside = {};
    registry["services"]!["web"].env = { URL: "${services.outside.url}" };
  };
  const url = (external: object): unknown =>
    modelOf(change(external)).services.find(({ name }) => name === "web")?.container.env[0]?.value;
  assert.equal(url({ host: "pay.example" }), "https://pay.example:8443");
  assert.equal(url({ addresses: ["192.0.2.1"] }), "https://outside.back.svc:443");
});

test("an environment may say host where the service says addresses, and the other way round", () => {
  const spec = (there: object): unknown =>
    objectsOf(({ services }) => {
      services!["outside"] = { ...OUTSIDE, environments: { local: { external: there } } };
    })
      .filter(({ metadata }) => metadata.name.startsWith("outside"))
      .map(({ kind }) => kind);
  assert.deepEqual(spec({ addresses: null, host: "pay.example" }), ["Service"]);
  assert.deepEqual(spec({ addresses: ["192.0.2.9", "2001:db8::1"] }), ["Service", "EndpointSlice", "EndpointSlice"]);
});

test("what runs elsewhere has no base; where an environment runs it, its overlay holds all of it", () => {
  const files = [
    ...layout(
      inputsOf(
        changedRegistry(({ services, environments }) => {
          services!["outside"] = {
            ...OUTSIDE,
            mock: { image: "shop/mock:1.0", build: { context: "mock" } },
            environments: { enclave: { kind: "Deployment", image: "shop/pay:1.0", external: null } },
          };
          environments!["local"].mocks = ["outside"];
        }),
      ),
    ),
  ];
  const of = (folder: string): readonly string[] =>
    files.map(([path]) => path).filter((path) => path.startsWith(folder));
  assert.deepEqual(
    of("k8s/outside/").filter((path) => !path.startsWith("k8s/outside/mock/")),
    [],
  );
  assert.ok(of("k8s/outside/mock/").includes("k8s/outside/mock/deployment.yaml"));
  assert.ok(of("overlays/enclave/outside/").includes("overlays/enclave/outside/deployment.yaml"));
  const text = (path: string): string => files.find(([name]) => name === path)?.[1] ?? "";
  assert.doesNotMatch(text("overlays/enclave/outside/kustomization.yaml"), /k8s\/outside/);
  assert.match(text("overlays/local/outside/kustomization.yaml"), /k8s\/outside\/mock/);
});

test("nothing that the defaults say about pods reaches what has none", () => {
  const model = modelOf(({ defaults, services }) => {
    defaults!["env"] = { PASSWORD: { secret: "database", key: "password" } };
    defaults!["podDisruptionBudget"] = { minAvailable: 1 };
    services!["outside"] = OUTSIDE;
  });
  const kinds = render(model).flatMap(({ service, object }) => (service === "outside" ? [object.kind] : []));
  assert.deepEqual(kinds, ["Service", "EndpointSlice"]);
  assert.ok(model.secrets.every(({ readers }) => !readers.includes("outside")));
});

test("without policies there are none, neither of services nor of namespaces", () => {
  const objects = objectsOf(({ environments }) => {
    environments!["local"].networkPolicies = false;
  });
  assert.ok(objects.every(({ kind }) => kind !== "NetworkPolicy"));
});

test("no rule of a policy has an empty list of ports or peers: that would mean all of them", () => {
  const objects = objectsOf(({ services }) => {
    // Its only port is for the scraper, so the edge to it has none.
    services!["exporter"] = { image: "a/b:1", namespace: "back", ports: { metrics: { containerPort: 9100 } } };
    services!["exporter"]["metrics"] = { port: "metrics" };
    services!["web"].dependsOn.exporter = {};
  });
  const rules = objects.filter(({ kind }) => kind === "NetworkPolicy").flatMap(rulesOf);
  assert.ok(rules.length > 5);
  for (const rule of rules)
    for (const list of ["from", "to", "ports"]) assert.notDeepEqual(rule[list], [], JSON.stringify(rule));
});

test("an issuer makes the Secret of a route: nobody has to give it", () => {
  const secrets = (tls: object): readonly string[] =>
    modelOf(({ services }) => {
      services!["api"].routes.api.tls = tls;
    }).secrets.map(({ name }) => name);
  assert.ok(!secrets({ issuer: "ca" }).includes("api-api-tls"));
  assert.ok(secrets({ secretName: "given" }).includes("given"));
});

test("Traefik's rules: a prefix ends at a slash, and what is longer or exact goes first", () => {
  const { services } = modelOf();
  const [route] = services.find(({ name }) => name === "api")?.routes ?? [];
  assert.ok(route);
  const of = (path: string, pathType: "Prefix" | "Exact" = "Prefix", host = "a.example") => ({
    ...route,
    path,
    pathType,
    host,
  });
  assert.equal(ruleOf(of("/api/")), "Host(`a.example`) && (Path(`/api`) || PathPrefix(`/api/`))");
  assert.equal(ruleOf(of("/")), "Host(`a.example`) && PathPrefix(`/`)");
  assert.equal(ruleOf(of("/a`b", "Exact")), 'Host(`a.example`) && Path("/a`b")');
  assert.equal(
    ruleOf(of("/", "Prefix", "*.a.example")),
    "HostRegexp(`^[a-zA-Z0-9-]+\\.a\\.example$`) && PathPrefix(`/`)",
  );
  const order = [of("/"), of("/api"), of("/api", "Exact"), of("/api/x")].map(priorityOf);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(order).size, 4);
});

test("networks within networks", () => {
  assert.ok(isStrictlyWithin("10.1.0.0/16", "10.0.0.0/8"));
  assert.ok(!isStrictlyWithin("10.0.0.0/8", "10.0.0.0/8"), "the same one is no part of it");
  assert.ok(!isStrictlyWithin("10.0.0.0/7", "10.0.0.0/8"));
  assert.ok(isStrictlyWithin("2001:db8:1::/48", "2001:db8::/32"));
  assert.ok(!isStrictlyWithin("10.0.0.0/8", "::/0"), "another family");
  assert.ok(contains("0.0.0.0/0", "192.0.2.1") && !contains("10.0.0.0/8", "192.0.2.1"));
});

test("quantities as numbers", () => {
  const values = ["64Mi", "1500k", "1.5Gi", "250m", "7"].map(parseQuantity);
  assert.deepEqual(values, [67_108_864, 1_500_000, 1_610_612_736, 0.25, 7]);
});

function modelOf(change?: (registry: RegistryData) => void) {
  return environmentModel(inputsOf(changedRegistry(change), new Map([["config/start.sh", "x"]])), "local");
}

function objectsOf(change: (registry: RegistryData) => void): readonly KubeObject[] {
  return render(modelOf(change)).map(({ object }) => object);
}

function rulesOf(policy: KubeObject): readonly Readonly<Record<string, unknown>>[] {
  const { ingress = [], egress = [] } = policy["spec"] as Record<string, Readonly<Record<string, unknown>>[]>;
  return [...ingress, ...egress];
}
