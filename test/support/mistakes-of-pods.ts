import { type Mistake, one } from "./mistakes-of-shape.ts";

const CACHE = '"cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }';
const WEB = '"image": "shop/web:1.0",';
const DB = '"image": "postgres:16",';

/** What pods and the objects that make them cannot be. */
export const PODS: readonly Mistake[] = [
  one(
    "a StatefulSet has a strategy of Deployments",
    [DB, `${DB} "strategy": { "type": "OnDelete", "rollingUpdate": »{ "partition": 1 } },`],
    "STRATEGY_RECREATE",
    /remove it/,
  ),
  one(
    "a Deployment has a partition",
    ['"rollingUpdate": { "maxSurge": 1 }', '"rollingUpdate": { "maxSurge": 1, "partition": »1 }'],
    "STRATEGY_FIELD",
    /remove/,
  ),
  one(
    "a Deployment manages pods in order",
    [WEB, `${WEB} "podManagementPolicy": »"Parallel",`],
    "KIND_FIELD",
    /"StatefulSet"/,
  ),
  one("a Deployment says what a Job says", [WEB, `${WEB} "job": »{ "backoffLimit": 1 },`], "KIND_FIELD", /"Job"/),
  one(
    "a job has a schedule and a time of deployment",
    [
      '"migrate": { "command": ["migrate"] }',
      '"migrate": { "command": ["migrate"], "when": "postDeploy", "schedule": »"0 3 * * *" }',
    ],
    "JOB_SCHEDULE",
    /remove the schedule/,
  ),
  one(
    "an init container has the name of the service's container",
    [WEB, `${WEB} "initContainers": [»{ "name": "web", "image": "busybox:1.36" }],`],
    "CONTAINER_CLASH",
    /rename/,
  ),
  one(
    "a sidecar mounts a volume that is not there",
    [WEB, `${WEB} "sidecars": { "log": { "image": "log:1", "volumeMounts": { "cach": »{ "mountPath": "/x" } } } },`],
    "VOLUME_UNKNOWN",
    /"cache"/,
  ),
  one(
    "a sidecar sees a file that is not there",
    [DB, `${DB} "sidecars": { "log": { "image": "log:1", "files": [»"/init/strat.sh"] } },`],
    "FILE_UNKNOWN",
    /start\.sh/,
  ),
  one(
    "a sidecar listens where the service does",
    [WEB, `${WEB} "sidecars": { "log": { "image": "log:1", "ports": { "http2": »{ "containerPort": 3000 } } } },`],
    "PORT_CLASH",
    /another port/,
  ),
  one(
    "a hook does two things",
    [WEB, `${WEB} "lifecycle": { "preStop": »{ "sleep": { "seconds": 1 }, "exec": { "command": ["x"] } } },`],
    "HOOK_HANDLER",
    /keep one/,
  ),
  one(
    "a volume of the node says no path",
    [CACHE, '"cache": »{ "mountPath": "/cache", "type": "hostPath" }'],
    "VOLUME_PATH",
    /"path"/,
  ),
  one(
    "a claim that exists has a size",
    [CACHE, '"cache": { "mountPath": "/cache", "claimName": "there", "size": »"1Gi" }'],
    "VOLUME_EXISTING",
    /remove size/,
  ),
  one(
    "a patch renames the object",
    [
      WEB,
      `${WEB} "patches": { "x": { "kind": "Service", "operations": [{ "op": "replace", "path": »"/metadata/name", "value": "y" }] } },`,
    ],
    "PATCH_IDENTITY",
    /"names"/,
  ),
  one(
    "a patch adds nothing",
    [WEB, `${WEB} "patches": { "x": { "kind": "Service", "operations": [»{ "op": "add", "path": "/spec/x" }] } },`],
    "PATCH_OPERATION",
    /"value"/,
  ),
  one(
    "a file is copied nowhere",
    [WEB, `${WEB} "develop": { "watch": [»{ "action": "sync", "path": "config" }] },`],
    "WATCH_INCOMPLETE",
    /"target"/,
  ),
  one(
    "a command after copying is not said",
    [WEB, `${WEB} "develop": { "watch": [»{ "action": "sync+exec", "path": "config", "target": "/app" }] },`],
    "WATCH_INCOMPLETE",
    /"exec"/,
  ),
  one(
    "what is started again has a target",
    [WEB, `${WEB} "develop": { "watch": [{ "action": "restart", "path": "config", "target": »"/app" }] },`],
    "WATCH_FIELD",
    /remove it/,
  ),
  one(
    "a watched folder lies elsewhere",
    [WEB, `${WEB} "develop": { "watch": [{ "action": "sync", "path": »"../web", "target": "/app" }] },`],
    "FILE_OUTSIDE",
    /below/,
  ),
  one(
    "a watched folder is not there",
    [WEB, `${WEB} "develop": { "watch": [{ "action": "sync", "path": »"web/scr", "target": "/app" }] },`],
    "WATCH_PATH",
    /correct the path/,
  ),
  one(
    "a file is watched that no image is made of",
    [WEB, `${WEB} "develop": { "watch": [{ "action": "rebuild", "path": »"config" }] },`],
    "WATCH_REBUILD",
    /remove the rule/,
  ),
  one(
    "a rule comes too late",
    [
      WEB,
      `${WEB} "develop": { "watch": [{ "action": "sync", "path": "config", "target": "/app" }, »{ "action": "restart", "path": "config/start.sh" }] },`,
    ],
    "WATCH_UNREACHABLE",
    /before that rule/,
  ),
  one(
    "files are copied over the whole container",
    [WEB, `${WEB} "develop": { "watch": [{ "action": "sync", "path": "config", "target": »"/" }] },`],
    "WATCH_TARGET",
    /folder/,
  ),
  one(
    "files are copied over a mounted one",
    [
      DB,
      `${DB} "develop": { "watch": [{ "action": "sync", "path": "config/start.sh", "target": »"/init/start.sh" }] },`,
    ],
    "WATCH_TARGET",
    /one of the two/,
  ),
  one(
    "files are copied onto a read-only volume",
    [CACHE, '"cache": { "mountPath": "/cache", "type": "emptyDir", "readOnly": true }'],
    "WATCH_TARGET",
    /readOnly/,
    [WEB, `${WEB} "develop": { "watch": [{ "action": "sync", "path": "config", "target": »"/cache/x" }] },`],
  ),
  one(
    "nobody knows what is to be started again",
    [WEB, `${WEB} "develop": { "watch": [{ "action": »"sync+restart", "path": "config", "target": "/app" }] },`],
    "WATCH_RESTART",
    /"command"/,
  ),
  one(
    "a volume has the name of the one into which files are copied",
    [CACHE, '"slipway-sync": »{ "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }'],
    "NAME_RESERVED",
    /rename/,
    [WEB, `${WEB} "develop": { "watch": [{ "action": "sync", "path": "config", "target": "/app" }] },`],
  ),
];
