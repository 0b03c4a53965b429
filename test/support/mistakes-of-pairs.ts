import { type Mistake, one } from "./mistakes-of-shape.ts";

const DEPENDS = '"dependsOn": { "db": { "ports": ["postgres"] }, "model": {} }';
const METRICS = '"metrics": { "containerPort": 9090 }';
const CACHE = '"cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }';
const BASE_BUILD = '"build": { "context": "base" }';

/** Two that are right alone, and wrong beside each other. */
export const PAIRS: readonly Mistake[] = [
  // Circles.
  one(
    "a service depends on itself",
    ['"dependsOn": { "api": {} }', '"dependsOn": { "api": {}, "web": »{} }'],
    "DEPENDENCY_CYCLE",
    /remove one/,
  ),
  one(
    "three services depend on each other in a circle",
    [DEPENDS, '"dependsOn": { "db": »{ "ports": ["postgres"] }, "model": {} }'],
    "DEPENDENCY_CYCLE",
    /remove one/,
    ['"image": "postgres:16",', '"image": "postgres:16", "dependsOn": { "web": {} },'],
  ),
  {
    name: "two builds need each other",
    edits: [
      [BASE_BUILD, '"build": { "context": "base", "additionalContexts": { "api": »"service:api" } }'],
      ['"service:base"', '»"service:base"'],
    ],
    finds: [
      ["BUILD_CYCLE", /third image/],
      ["BUILD_CYCLE", /third image/],
    ],
  },

  // Two that want the same.
  one("two ports have one number", [METRICS, '"metrics": { "containerPort": »8080 }'], "PORT_CLASH", /own number/),
  one(
    "two ports are served at one number",
    [METRICS, '"metrics": { "containerPort": 9090, "servicePort": »80 }'],
    "PORT_CLASH",
    /own number/,
  ),
  one(
    "two ports clash in their defaults",
    [
      '"http": { "containerPort": 8080, "servicePort": 80 },\n        "metrics": { "containerPort": 9090 }',
      '"http": { "containerPort": 8080 },\n        "metrics": { "containerPort": »8080 }',
    ],
    "PORT_CLASH",
    /own number/,
  ),
  one(
    "two services have one route",
    ['"home": { "path": "/"', '"home": { "path": »"/api/"'],
    "ROUTE_CLASH",
    /another path/,
  ),
  one(
    "a route says the host that is the other's by default",
    ['"home": { "path": "/"', '"home": { "host": "localhost", "path": »"/api"'],
    "ROUTE_CLASH",
    /another path/,
  ),
  one(
    "two services want one port of the machine",
    ['"routes": { "home"', '"develop": { "portForward": { "http": »8080 } }, "routes": { "home"'],
    "FORWARD_CLASH",
    /another port/,
  ),
  one(
    "a service wants one port of the machine twice",
    ['"portForward": { "http": 8080 }', '"portForward": { "http": 8080, "metrics": »8080 }'],
    "FORWARD_CLASH",
    /another port/,
  ),
  one(
    "two volumes are mounted at one path",
    ['"cache": { "mountPath": "/cache"', '"cache": { "mountPath": "/media/"'],
    "MOUNT_CLASH",
    /elsewhere/,
    ['"mountPath": "/media"', '"mountPath": »"/media"'],
  ),
  one(
    "two namespaces become one",
    ['"namespaces": { "back": "team-back" }', '"namespaces": { "back": "team", »"front": "team" }'],
    "NAMESPACE_CLASH",
    /of its own/,
  ),
  one(
    "a volume has the name of one that every pod has",
    [CACHE, '"tmp": »{ "mountPath": "/scratch", "type": "emptyDir", "size": "64Mi" }'],
    "NAME_RESERVED",
    /rename/,
  ),
  one(
    "a service has the name of an overlay's folder",
    ['    "web": {\n', '    »"namespaces": {\n'],
    "NAME_RESERVED",
    /rename/,
  ),
  one(
    "two services bring one Service",
    ['"image": "shop/api:1.0"', '"image": "shop/api:1.0"'],
    "OBJECT_CLASH",
    /another name/,
    ['"image": "postgres:16"', '"image": "postgres:16", "service": { "name": »"api" }'],
  ),
  one(
    "two services bring one ConfigMap",
    ['"config": { "values": { "PGDATA"', '"config": { "name": »"api-files", "values": { "PGDATA"'],
    "OBJECT_CLASH",
    /another name/,
    ['"PGDATA": { "config": "db", "key"', '"PGDATA": { "config": "api-files", "key"'],
    ['"image": "shop/api:1.0"', '"image": "shop/api:1.0", "files": { "/x": { "content": "x" } }'],
  ),
  one(
    "two services bring one claim",
    [
      CACHE,
      '"cache": { "mountPath": "/cache", "type": "emptyDir", "size": "64Mi" }, "a-b": { "mountPath": "/a", "size": "1Gi" }',
    ],
    "OBJECT_CLASH",
    /another name/,
    [
      '  "services": {',
      '  "services": { "web-a": { "namespace": "front", "image": "x:1", "volumes": { "b": »{ "mountPath": "/b", "size": "1Gi" } } },',
    ],
  ),
  one(
    "a service brings the account of its namespace",
    ['"image": "shop/web:1.0"', '"image": "shop/web:1.0", "serviceAccount": { "name": »"default" }'],
    "OBJECT_CLASH",
    /another name/,
  ),
];
