import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeOf } from "../../dev/cluster/apply-answer.ts";
import { isFought, nextFight } from "../../dev/cluster/drift-fights.ts";
import { dataKeys, isAsObserved, lastManager, observedOf, ownedPart } from "../../dev/cluster/owned-fields.ts";

// The API's answers as Kubernetes 1.33 gives them, of which a test cluster cannot be made to give each.

const WEB = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

const refused = (status: number, message: string, more: object = {}): ReturnType<typeof outcomeOf> =>
  outcomeOf(WEB, { status, body: { kind: "Status", message, ...more }, warnings: [] });

const ANSWERS: readonly (readonly [status: number, message: string, code: string, said: string])[] = [
  [
    403,
    'deployments.apps "web" is forbidden: User "system:serviceaccount:ci:bot" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
    "APPLY_FORBIDDEN",
    "system:serviceaccount:ci:bot may not patch deployments here",
  ],
  [401, "Unauthorized", "APPLY_UNAUTHORIZED", "the cluster does not know who asks"],
  [
    400,
    'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Deployment/shop/web was blocked due to the following policies',
    "APPLY_WEBHOOK_DENIED",
    "the webhook validate.kyverno.svc-fail refuses it: resource Deployment/shop/web was blocked due to the following policies",
  ],
  [
    403,
    'admission webhook "a.example.com" denied the request without explanation',
    "APPLY_WEBHOOK_DENIED",
    "the webhook a.example.com refuses it: without explanation",
  ],
  [
    500,
    'Internal error occurred: failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: Post "https://ingress.svc:443/x?timeout=10s": dial tcp 10.96.1.1:443: connect: connection refused',
    "APPLY_WEBHOOK_UNREACHABLE",
    "the webhook validate.nginx.ingress.kubernetes.io must agree and does not answer: connect: connection refused",
  ],
  [
    403,
    'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    "APPLY_CLAIM_SIZE",
    "its storage class cannot make a volume larger",
  ],
  [
    403,
    'pods "web" is forbidden: failed quota: compute: must specify limits.cpu for: main; limits.memory for: main',
    "APPLY_QUOTA",
    "failed quota: compute: must specify limits.cpu for: main; limits.memory for: main",
  ],
  [
    500,
    'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="web"].imag: field not declared in schema',
    "APPLY_INVALID",
    'spec.template.spec.containers[name="web"].imag: there is no such field',
  ],
];

for (const [status, message, code, said] of ANSWERS)
  test(`${code} is made of: ${message.slice(0, 60).trim()}`, () => {
    const outcome = refused(status, message);
    assert.ok("findings" in outcome, outcome.type);
    assert.deepEqual(
      outcome.findings.map((finding) => [finding.code, finding.message, finding.where]),
      [[code, said, "Deployment/web in shop"]],
    );
    assert.notEqual(outcome.findings[0]?.fix, "");
  });

test("each field that is invalid is a finding of its own", () => {
  const causes = [
    { reason: "FieldValueRequired", field: "spec.template.spec.containers[0].image", message: "Required value" },
    {
      reason: "FieldValueInvalid",
      field: "spec.replicas",
      message: "Invalid value: -1: must be greater than or equal to 0",
    },
  ];
  const outcome = refused(422, 'Deployment.apps "web" is invalid: [...]', { reason: "Invalid", details: { causes } });
  assert.deepEqual("findings" in outcome && outcome.findings.map(({ message }) => message), [
    "spec.template.spec.containers[0].image: Required value",
    "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
  ]);
});

test("what may be over in a moment is tried again, what is not is not", () => {
  assert.equal(refused(503, "the server is currently unable to handle the request").type, "later");
  assert.equal(refused(429, "too many requests").type, "later");
  assert.equal(refused(404, "the server could not find the requested resource").type, "refused");
  assert.equal(outcomeOf(WEB, { status: 502, body: "Bad Gateway\n", warnings: [] }).type, "refused");
});

test("only who comes back at once, and again, fights", () => {
  const at = (times: readonly number[]): boolean =>
    isFought(
      times.reduce<ReturnType<typeof nextFight> | undefined>((before, atMs) => nextFight(before, atMs), undefined) ?? {
        count: 0,
        atMs: 0,
      },
    );
  assert.equal(at([0, 2000, 4000]), false);
  assert.equal(at([0, 2000, 4000, 6000]), true);
  assert.equal(at([0, 2000, 4000, 60_000, 62_000]), false);
});

const FIELDS = {
  "f:metadata": { "f:labels": { "f:app": {} } },
  "f:spec": {
    "f:replicas": {},
    "f:template": {
      "f:spec": {
        "f:containers": {
          'k:{"name":"web"}': {
            ".": {},
            "f:image": {},
            "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
            "f:args": {},
          },
        },
      },
    },
    "f:finalizers": { 'v:"mine"': {} },
  },
};

function live(
  fields: object = FIELDS,
  change: object = {},
  others: readonly object[] = [],
): Parameters<typeof observedOf>[0] {
  const containers = [
    { name: "injected", image: "proxy" },
    {
      name: "web",
      image: "web:1",
      args: ["a", "b"],
      imagePullPolicy: "Always",
      ports: [{ containerPort: 80, protocol: "TCP" }],
    },
  ];
  const managedFields = [
    { manager: "slipway", operation: "Apply", fieldsV1: fields as Record<string, unknown> },
    ...others,
  ];
  return {
    metadata: { name: "web", labels: { app: "web", theirs: "x" }, managedFields },
    spec: { replicas: 2, paused: false, template: { spec: { containers } }, finalizers: ["mine", "theirs"], ...change },
  };
}

test("what we own of an object is what we applied, and nothing that others or the API have added", () => {
  assert.deepEqual(ownedPart(live()), {
    metadata: { labels: { app: "web" } },
    spec: {
      replicas: 2,
      template: { spec: { containers: [{ image: "web:1", ports: [{ containerPort: 80 }], args: ["a", "b"] }] } },
      finalizers: ["mine"],
    },
  });
});

test("an object is as it was observed until one of our fields is changed or taken over", () => {
  const before = observedOf(live());
  assert.ok(isAsObserved(before, observedOf(live(FIELDS, { paused: true }))));
  assert.ok(!isAsObserved(before, observedOf(live(FIELDS, { finalizers: ["theirs"] }))));
  assert.ok(!isAsObserved(before, observedOf(live(FIELDS, { replicas: 3 }))));
  const { "f:metadata": _, ...taken } = FIELDS;
  assert.ok(!isAsObserved(before, observedOf(live(taken))));
  assert.ok(!isAsObserved(before, observedOf({ metadata: { name: "web" } })));
});

test("the replicas of an autoscaler are no change, those of a person are", () => {
  const { "f:replicas": _, ...spec } = FIELDS["f:spec"];
  const scaled = (manager: string): string =>
    observedOf(
      live({ ...FIELDS, "f:spec": spec }, { replicas: 5 }, [
        { manager, operation: "Update", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } },
      ]),
    );
  assert.ok(isAsObserved(observedOf(live()), scaled("kube-controller-manager")));
  assert.ok(!isAsObserved(observedOf(live()), scaled("kubectl")));
});

test("keys of a Secret are read from its metadata, and who changed an object last", () => {
  const secret = (managedFields: readonly object[]): Parameters<typeof dataKeys>[0] => ({
    metadata: { name: "db", managedFields },
  });
  const created = {
    manager: "kubectl-create",
    time: "2026-01-01T00:00:00Z",
    fieldsV1: { "f:data": { ".": {}, "f:user": {}, "f:password": {} }, "f:type": {} },
  };
  const edited = {
    manager: "kubectl-edit",
    time: "2026-01-02T00:00:00Z",
    fieldsV1: { "f:data": { "f:user": {}, "f:host": {} } },
  };
  assert.deepEqual(dataKeys(secret([created, edited])), ["user", "password", "host"]);
  assert.equal(dataKeys(secret([])), null);
  assert.equal(lastManager(secret([edited, created])), "kubectl-edit");
});
