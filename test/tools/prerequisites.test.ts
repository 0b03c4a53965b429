import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../tools/layout/layout.ts";
import { inputsOf } from "../support/inputs.ts";

// What the operators' page says has to be there: all that objects name and none of them is.

test("the page names what is not brought, and asks for what kubectl can see", () => {
  assert.equal(
    sectionOf(PLATFORM, "remote"),
    `What has to be there, and is not brought:

- every image of \`overlays/remote/mirror.yaml\` under its \`target\` in \`harbor.test\`, a name that the nodes resolve, with a certificate that they trust
- a network plugin that enforces network policies
- volumes from \`csi.test\` (own): ReadWriteOnce
- outside of the cluster, for web: \`10.1.0.9\` (port 5432)
- names that lead to the ingress controller: \`shop.test\`

Each line fails where something is missing:

\`\`\`sh
kubectl api-resources --api-group=monitoring.coreos.com -o name | grep .
kubectl get runtimeclass nvidia
kubectl get priorityclass urgent
kubectl get storageclass given
kubectl get ingressclass inner
kubectl get nodes -l disk=fast,nvidia.com/gpu.product=L40S -o name | grep .
kubectl get nodes -o jsonpath='{.items[*].status.allocatable.nvidia\\.com/gpu}' | grep .
kubectl get pods -n ingress -l app=nginx -o name | grep .
\`\`\``,
  );
});

test("where the ingress controller is one of ours, names lead to its ports of the nodes", () => {
  const tls = { containerPort: 8443, servicePort: 443, nodePort: 30443 };
  const door = { namespace: "ingress", image: "door:1", service: { type: "NodePort" }, ports: { tls } };
  const services = Object.entries({ ...PLATFORM.services, door }).map(([name, service]) => [
    name,
    { namespace: "front", ...service },
  ]);
  const own = { namespaces: { front: {}, ingress: {} }, services: Object.fromEntries(services) as object };
  const section = sectionOf({ ...PLATFORM, ...own }, "remote") ?? "";
  assert.match(section, /^- names that lead to the nodes \(port 443 to 30443\): `shop.test`$/m);
});

test("a certificate is asked for by the names that it must have", () => {
  assert.match(pageOf(PLATFORM, "remote"), /\| `cert` \|.*\| you, for shop\.test \|/);
});

test("a laptop's page has no such section, nor has one where nothing is taken for granted", () => {
  assert.equal(sectionOf(PLATFORM, "local"), undefined);
  const bare = { ...PLATFORM, services: { web: { image: "web:1" } } };
  assert.doesNotMatch(sectionOf(bare, "prod") ?? "", /kubectl/);
});

function sectionOf(registry: object, environment: string): string | undefined {
  return /^## Before\n\n([^]*?)\n\n## /m.exec(pageOf(registry, environment))?.[1];
}

function pageOf(registry: object, environment: string): string {
  return layout(inputsOf(registry)).get(`overlays/${environment}/README.md`) ?? "";
}

const INGRESS = {
  controller: "nginx",
  className: "inner",
  namespace: "ingress",
  labels: { app: "nginx" },
  host: "shop.test",
  tls: { secretName: "cert" },
};

const PLATFORM = {
  name: "shop",
  namespaces: { front: {} },
  registries: { harbor: { host: "harbor.test", mirror: true } },
  environments: {
    local: { profile: "local", ingress: INGRESS },
    prod: { profile: "prod", ingress: INGRESS },
    remote: {
      profile: "airgap",
      registry: "harbor",
      ingress: INGRESS,
      monitoring: { namespace: "monitoring", labels: { app: "prometheus" }, mode: "serviceMonitor" },
      storageClasses: { own: { provisioner: "csi.test" } },
    },
  },
  services: {
    web: {
      image: "web:1",
      ports: { http: { containerPort: 8080 } },
      metrics: { port: "http" },
      routes: { all: { path: "/", port: "http" } },
      dependsOn: { legacy: {} },
      priorityClassName: "urgent",
    },
    legacy: { kind: "External", ports: { sql: { containerPort: 5432 } }, external: { addresses: ["10.1.0.9"] } },
    model: {
      kind: "StatefulSet",
      image: "model:1",
      gpu: { count: 1, product: "L40S", runtimeClassName: "nvidia" },
      nodeSelector: { disk: "fast" },
      volumes: {
        data: { mountPath: "/data", size: "1Gi", storageClassName: "own", volumeClaimTemplate: true },
        more: { mountPath: "/more", size: "1Gi", storageClassName: "given", volumeClaimTemplate: true },
      },
    },
  },
};
