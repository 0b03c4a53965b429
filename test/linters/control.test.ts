import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { KubeObject } from "../../tools/render/object.ts";
import { inTemporaryFolder } from "../support/temporary.ts";
import { parseYamlStream } from "../support/yaml.ts";
import * as linters from "./index.ts";
import { type Linter, type LinterFinding, skipWithoutLinters } from "./linter.ts";
import { FILE, type Rendered } from "./rendered.ts";

// A linter that is started wrongly finds nothing anywhere: here is what each must find, whatever annotations ask of it.

// Nothing that opens anything; put together here, lest it be found in this file too.
const TOKEN = ["ghp", "x7Kq2mVbT9LsWc4ZpRn8YdHfJg3AeUi6QoB1"].join("_");

const BAD = `\
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kube-score/ignore: container-image-tag
    monokle.io/suppress.kbp001: suppress
  name: bad
  namespace: shop
spec:
  replicas: 1
  selector:
    matchLabels:
      app: bad
  template:
    metadata:
      labels:
        app: bad
    spec:
      containers:
      - name: bad
        image: bad:latest
        imagePullPolic: Always
        env:
        - name: DATABASE
          valueFrom:
            configMapKeyRef:
              name: nowhere
              key: database
        securityContext:
          privileged: true
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
data:
  token: ${TOKEN}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: allowed
  namespace: shop
data:
  token: ${TOKEN} # gitleaks:allow
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: strip
  namespace: shop
spec:
  stripPrefx:
    prefixes:
    - /api
---
apiVersion: example.org/v1
kind: Thing
metadata:
  name: thing
  namespace: shop
`;

const SCHEMAS = ["Deployment/bad", "Middleware/strip"];

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  checkov: ["CKV_K8S_14 Deployment/bad", "CKV_K8S_16 Deployment/bad", "CKV_SECRET_6 ConfigMap/settings"],
  gitleaks: ["github-pat ConfigMap/allowed", "github-pat ConfigMap/settings"],
  "kube-score": [
    "container-image-tag Deployment/bad",
    "container-resources Deployment/bad",
    "container-seccomp-profile Deployment/bad",
    "pod-networkpolicy Deployment/bad",
  ],
  kubeconform: [...SCHEMAS.map((object) => `invalid ${object}`), "unknown Thing/thing"],
  "kubectl-validate": [...SCHEMAS, "Thing/thing"].map((object) => `invalid ${object}`),
  monokle: ["KBP001 Deployment/bad", "LNK001 Deployment/bad", "PSS103 Deployment/bad", "PSS203 Deployment/bad"],
};

for (const linter of Object.values(linters) as Linter[])
  test(`${linter.name} finds what is wrong, and where`, { skip: skipWithoutLinters([linter]) }, async () => {
    const found = await lint(linter, BAD);
    const ids = new Set(found.map(({ id, object }) => `${id} ${object}`));
    const unseen = (EXPECTED[linter.name] ?? ["?"]).filter((one) => !ids.has(one));
    assert.deepEqual(unseen, [], [...ids].join("\n"));
  });

test("an annotation that makes Checkov skip a check is an error", { skip: skipWithoutLinters([linters.checkov]) }, () =>
  assert.rejects(
    lint(linters.checkov, BAD.replace("kube-score/ignore: container-image-tag", "checkov.io/skip1: CKV_K8S_14=no")),
    /not everything was looked at/,
  ),
);

function lint(linter: Linter, text: string): Promise<readonly LinterFinding[]> {
  return inTemporaryFolder((folder) => {
    writeFileSync(join(folder, FILE), text);
    const objects = parseYamlStream(text) as KubeObject[];
    return linter.lint({ folder, text, objects, given: [] } as unknown as Rendered);
  });
}
