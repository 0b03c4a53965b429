import { type Mistake, one } from "./mistakes-of-shape.ts";

const API_ENCLAVE = '"enclave": { "replicas": 3 }';
const READY = '"readiness": { "httpGet": { "path": "/ready", "port": "http" } }';
const CACHE = '"cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }';

/** Fields of one service that do not go together, here or in one environment. */
export const FIELDS: readonly Mistake[] = [
  // Fields that do not go together.
  one(
    "a service has no image",
    ['"web": {\n      "namespace": "front",\n      "image": "shop/web:1.0",', '"web": »{\n      "namespace": "front",'],
    "IMAGE_MISSING",
    /"image"/,
  ),
  one(
    "an image is never built",
    ['"image": "shop/base:1.0",\n      "build": { "context": "base" }', '"image": "shop/base:1.0"'],
    "BUILD_MISSING",
    /"build"/,
    ['"kind": "Image"', '"kind": »"Image"'],
    [', "additionalContexts": { "base": "service:base" }', ""],
  ),
  one(
    "a volume says no size",
    ['"cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }', '"cache": »{ "mountPath": "/cache" }'],
    "VOLUME_SIZE",
    /"size"/,
  ),
  one(
    "a Deployment wants a claim per pod",
    [CACHE, '"cache": { "mountPath": "/cache", "size": "1Gi", "volumeClaimTemplate": »true }'],
    "VOLUME_TEMPLATE",
    /StatefulSet/,
  ),
  one(
    "an emptyDir has a storage class",
    [CACHE, '"cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi", "storageClassName": »"fast" }'],
    "VOLUME_CLASS",
    /remove storageClassName/,
  ),
  one(
    "a probe says two ways",
    [READY, '"readiness": »{ "httpGet": { "path": "/ready", "port": "http" }, "exec": { "command": ["x"] } }'],
    "PROBE_HANDLER",
    /exactly one/,
  ),
  one("a probe says no way", [READY, '"readiness": »{ "periodSeconds": 3 }'], "PROBE_HANDLER", /httpGet/),
  one(
    "a verify check says nothing",
    ['"verify": { "ready": { "http": { "port": "http", "path": "/ready" } } }', '"verify": { "ready": »{} }'],
    "VERIFY_KIND",
    /keep one/,
  ),
  one(
    "a StatefulSet has a strategy",
    ['"image": "postgres:16"', '"image": "postgres:16", "strategy": { "type": »"Recreate" }'],
    "STRATEGY_KIND",
    /OnDelete/,
  ),
  one(
    "Recreate has a rolling update",
    [
      '"strategy": { "type": "RollingUpdate", "rollingUpdate": {',
      '"strategy": { "type": "Recreate", "rollingUpdate": »{',
    ],
    "STRATEGY_RECREATE",
    /remove/,
  ),
  one(
    "an autoscaler's range is turned round",
    ['"autoscaling": { "minReplicas": 2, "maxReplicas": 4', '"autoscaling": »{ "minReplicas": 5, "maxReplicas": 4'],
    "AUTOSCALING_RANGE",
    /swap/,
  ),
  one(
    "an autoscaler has no target",
    [', "targetCPUUtilizationPercentage": 70', ""],
    "AUTOSCALING_TARGET",
    /targetCPU/,
    ['"autoscaling": {', '"autoscaling": »{'],
  ),
  one(
    "a budget says both",
    [
      '"podDisruptionBudget": { "minAvailable": 1 }',
      '"podDisruptionBudget": »{ "minAvailable": 1, "maxUnavailable": 1 }',
    ],
    "BUDGET_BOTH",
    /remove one/,
  ),
  one(
    "a StatefulSet's name leaves no room for its revision",
    ['"model": {\n      "namespace"', `"${"m".repeat(53)}": »{\n      "kind": "StatefulSet", "namespace"`],
    "NAME_TOO_LONG",
    /52/,
    ['"MODEL_URL": "${services.model.url}",', ""],
    [', "model": {} }', " }"],
  ),
  one(
    "a job's name leaves no room for its hash",
    ['"jobs": { "migrate": {', `"jobs": { "${"m".repeat(60)}": »{`],
    "NAME_TOO_LONG",
    /54/,
  ),

  // What one environment makes of it.
  {
    name: "no environment has an ingress for the routes",
    edits: [
      [
        ',\n      "ingress": { "controller": "nginx", "namespace": "ingress", "labels": { "app": "nginx" }, "host": "localhost" }',
        "",
      ],
      ['"routes": { "api": {', '"routes": { "api": »{'],
      ['"routes": { "home": {', '"routes": { "home": »{'],
    ],
    finds: [
      ["INGRESS_MISSING", /environments\.local\.ingress/],
      ["INGRESS_MISSING", /null/],
    ],
  },
  {
    name: "an environment says no host",
    edits: [
      [', "host": "shop.internal"', ""],
      ['"routes": { "api": {', '"routes": { "api": »{'],
      ['"routes": { "home": {', '"routes": { "home": »{'],
    ],
    finds: [
      ["HOST_MISSING", /environments\.enclave\.ingress/],
      ["HOST_MISSING", /"host"/],
    ],
  },
  one(
    "layers that are right alone say nothing whole together",
    [API_ENCLAVE, '"enclave": { "probes": { "readiness": »{ "httpGet": null } } }'],
    "PROBE_HANDLER",
    /exactly one/,
  ),
  one(
    "a patch of a source lacks what it replaces",
    [API_ENCLAVE, '"enclave": { "volumes": { "new": »{ "size": "1Gi" } } }'],
    "REGISTRY_MISSING",
    /"mountPath"/,
  ),
  one(
    "a service is removed on which another depends",
    [API_ENCLAVE, '"enclave": null'],
    "DEPENDENCY_ABSENT",
    /"enclave": \{"dependsOn": \{"api": null\}\}/,
    ['"dependsOn": { "api": {} }', '"dependsOn": { "api": »{} }'],
  ),
  one(
    "a mocked service says more there than its mock",
    [
      '"mock": { "image": "shop/mock:1.0"',
      '"environments": { "local": »{ "replicas": 2 } }, "mock": { "image": "shop/mock:1.0"',
    ],
    "MOCK_IGNORES",
    /environments\.local\.mock/,
  ),
];
