import assert from "node:assert/strict";
import { test } from "node:test";
import { kindConfig } from "../../dev/kind/config.ts";

test("a cluster without settings is kind's own, by the platform's name", () => {
  assert.equal(
    kindConfig("acme", {}, "/work"),
    ["kind: Cluster", "apiVersion: kind.x-k8s.io/v1alpha4", "name: acme", "nodes:", "  - role: control-plane", ""].join(
      "\n",
    ),
  );
});

test("version, workers, labels, ports and folders are as the registry says; ports are nobody else's", () => {
  const text = kindConfig(
    "acme",
    {
      kubernetesVersion: "1.33.1",
      workers: 1,
      nodeLabels: { "ingress-ready": "true" },
      portMappings: [{ hostPort: 8080, containerPort: 80 }],
      extraMounts: [{ hostPath: ".slipway/volumes", containerPath: "/var/local-path-provisioner" }],
    },
    "/work",
  );
  assert.equal(
    text,
    `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: acme
nodes:
  - role: control-plane
    image: kindest/node:v1.33.1
    labels:
      ingress-ready: "true"
    extraPortMappings:
      - listenAddress: 127.0.0.1
        hostPort: 8080
        containerPort: 80
    extraMounts:
      - hostPath: /work/.slipway/volumes
        containerPath: /var/local-path-provisioner
  - role: worker
    image: kindest/node:v1.33.1
`,
  );
});
