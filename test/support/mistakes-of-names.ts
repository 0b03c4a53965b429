import { type Mistake, one } from "./mistakes-of-shape.ts";

const POD = '"POD": { "field": "metadata.name" }';
const API_ENCLAVE = '"enclave": { "replicas": 3 }';
const DEPENDS = '"dependsOn": { "db": { "ports": ["postgres"] }, "model": {} }';
const READY = '"readiness": { "httpGet": { "path": "/ready", "port": "http" } }';

/** Something is named that is not there. */
export const NAMES: readonly Mistake[] = [
  // Names of what is not there.
  one(
    "dependsOn is misspelt",
    ['"dependsOn": { "api": {} }', '"dependsOn": { "apo": »{} }'],
    "DEPENDENCY_UNKNOWN",
    /"api"/,
  ),
  one(
    "dependsOn names a port that is not there",
    [DEPENDS, '"dependsOn": { "db": { "ports": [»"postgre"] }, "model": {} }'],
    "DEPENDENCY_PORT",
    /"postgres"/,
  ),
  one(
    "a service's namespace is misspelt",
    ['"namespace": "front",\n      "image"', '"namespace": »"fron",\n      "image"'],
    "NAMESPACE_UNKNOWN",
    /"front"/,
    ['"media": { "mountPath": "/media", "volume": "media" },', ""],
  ),
  one(
    "a service says no namespace",
    ['"db": {\n      "kind": "StatefulSet",\n      "namespace": "back",', '"db": »{\n      "kind": "StatefulSet",'],
    "NAMESPACE_MISSING",
    /front/,
    ['"PGDATA": { "config": "db", "key": "PGDATA" },', ""],
  ),
  one(
    "a mapped namespace is misspelt",
    ['"namespaces": { "back": "team-back" }', '"namespaces": { »"bak": "team-back" }'],
    "NAMESPACE_UNKNOWN",
    /"back"/,
  ),
  one(
    "a shared volume's namespace is misspelt",
    ['"media": { "namespace": "front"', '"media": { »"namespace": "frnt"'],
    "NAMESPACE_UNKNOWN",
    /"front"/,
    ['"media": { "mountPath": "/media", "volume": "media" },', ""],
  ),
  one(
    "a shared volume says no namespace",
    ['"media": { "namespace": "front", ', '»"media": { '],
    "NAMESPACE_MISSING",
    /front/,
    ['"media": { "mountPath": "/media", "volume": "media" },', ""],
  ),
  one(
    "a service runs in a placeholder",
    ['"namespace": "front",\n      "image"', '"namespace": »"later",\n      "image"'],
    "NAMESPACE_PLACEHOLDER",
    /namespaces\.later/,
    ['"media": { "mountPath": "/media", "volume": "media" },', ""],
  ),
  one(
    "a variable's secret is misspelt",
    ['"PASSWORD": { "secret": "database"', '"PASSWORD": »{ "secret": "databse"'],
    "SECRET_UNKNOWN",
    /"database"/,
  ),
  one(
    "a file's secret is misspelt",
    ['"/run/secrets/password": { "secret": "database"', '"/run/secrets/password": »{ "secret": "data-base"'],
    "SECRET_UNKNOWN",
    /"database"/,
  ),
  one(
    "a secret has the name of what every object has",
    ['"PASSWORD": { "secret": "database"', '"PASSWORD": »{ "secret": "constructor"'],
    "SECRET_UNKNOWN",
    /database/,
  ),
  one(
    "a secret's key is misspelt",
    [
      '"PASSWORD": { "secret": "database", "key": "password" }',
      '"PASSWORD": »{ "secret": "database", "key": "pasword" }',
    ],
    "SECRET_KEY_UNKNOWN",
    /"password"/,
  ),
  one(
    "an environment's secret is misspelt",
    ['"mocks": "gpu"', '"mocks": "gpu", "secrets": { »"databas": { "from": "existing" } }'],
    "SECRET_UNKNOWN",
    /"database"/,
  ),
  one("a config is misspelt", ['"PGDATA": { "config": "db"', '"PGDATA": »{ "config": "bd"'], "CONFIG_UNKNOWN", /"db"/),
  one(
    "a config's key is misspelt",
    ['"PGDATA": { "config": "db", "key": "PGDATA" }', '"PGDATA": »{ "config": "db", "key": "PG_DATA" }'],
    "CONFIG_KEY_UNKNOWN",
    /"PGDATA"/,
  ),
  one(
    "a config is in another namespace",
    ['"image": "shop/web:1.0"', '"image": "shop/web:1.0", "env": { "X": »{ "config": "db", "key": "PGDATA" } }'],
    "CONFIG_NAMESPACE",
    /config of its own/,
  ),
  one(
    "a shared volume's environment is misspelt",
    [
      '"media": { "namespace": "front"',
      '"media": { "environments": { »"enclav": { "size": "1Gi" } }, "namespace": "front"',
    ],
    "ENVIRONMENT_UNKNOWN",
    /"enclave"/,
  ),
  one("a shared volume is misspelt", ['"volume": "media"', '"volume": »"medai"'], "VOLUME_UNKNOWN", /"media"/),
  one(
    "a shared volume is in another namespace",
    ['"media": { "namespace": "front"', '"media": { "namespace": "back"'],
    "VOLUME_NAMESPACE",
    /move one/,
    ['"volume": "media"', '"volume": »"media"'],
  ),
  one(
    "an environment's registry is misspelt",
    ['"registry": "harbor"', '»"registry": "habor"'],
    "REGISTRY_HOST_UNKNOWN",
    /"harbor"/,
  ),
  one("a mocked service is misspelt", ['"mocks": "gpu"', '»"mocks": ["modl"]'], "MOCK_UNKNOWN", /"model"/),
  one(
    "a service is to be mocked that says not how",
    ['"mocks": "gpu"', '»"mocks": ["model", "web"]'],
    "MOCK_MISSING",
    /services\.web/,
  ),
  one(
    "a service's environment is misspelt",
    [API_ENCLAVE, '»"enclav": { "replicas": 3 }'],
    "ENVIRONMENT_UNKNOWN",
    /"enclave"/,
  ),
  one(
    "a probe's port is misspelt",
    [READY, '"readiness": { "httpGet": { "path": "/ready", "port": »"htpp" } }'],
    "PORT_UNKNOWN",
    /"http"/,
  ),
  one(
    "a probe's port number is not declared",
    [READY, '"readiness": { "httpGet": { "path": "/ready", "port": »8081 } }'],
    "PORT_UNKNOWN",
    /8080/,
  ),
  one(
    "a route's port is misspelt",
    ['"path": "/api", "port": "http"', '"path": "/api", "port": »"htp"'],
    "PORT_UNKNOWN",
    /"http"/,
  ),
  one(
    "the metrics port is misspelt",
    ['"metrics": { "port": "metrics" }', '"metrics": { "port": »"metric" }'],
    "PORT_UNKNOWN",
    /"metrics"/,
  ),
  one(
    "a verify check's port is misspelt",
    ['"verify": { "ready": { "http": { "port": "http"', '"verify": { "ready": { "http": { "port": »"http2"'],
    "PORT_UNKNOWN",
    /"http"/,
  ),
  one(
    "a forwarded port is misspelt",
    ['"portForward": { "http": 8080 }', '"portForward": { "htttp": »8080 }'],
    "PORT_UNKNOWN",
    /"http"/,
  ),
  one("a build context is misspelt", ['"service:base"', '»"service:bas"'], "BUILD_CONTEXT_UNKNOWN", /"base"/),
  one("a build context is not built", ['"service:base"', '»"service:db"'], "BUILD_CONTEXT_UNKNOWN", /base/),

  // References inside text.
  one(
    "a reference's service is misspelt",
    ['"MODEL_URL": "${services.model.url}"', '"MODEL_URL": »"${services.modle.url}"'],
    "REFERENCE_UNKNOWN",
    /"model"/,
  ),
  one(
    "a reference's field is not there",
    ['"MODEL_URL": "${services.model.url}"', '"MODEL_URL": »"${services.model.address}"'],
    "REFERENCE_UNKNOWN",
    /\.host/,
  ),
  one(
    "a reference's port is misspelt",
    ['"MODEL_URL": "${services.model.url}"', '"MODEL_URL": »"${services.model.ports.htp}"'],
    "REFERENCE_PORT",
    /"http"/,
  ),
  one(
    "a reference is to an image",
    ['"MODEL_URL": "${services.model.url}"', '"MODEL_URL": »"${services.base.host}"'],
    "REFERENCE_UNKNOWN",
    /known: .*model/,
  ),
  one(
    "a reference begins with the wrong word",
    [POD, '"POD": »"${service.model.host}/x"'],
    "REFERENCE_UNKNOWN",
    /\$\(VAR\)/,
  ),
  one(
    "a reference stands where none is resolved",
    ['"image": "shop/web:1.0"', '"image": "shop/web:1.0", "podAnnotations": { "db": »"${services.db.host}" }'],
    "REFERENCE_NOT_HERE",
    /env, command/,
  ),
  one(
    "an exception names a misspelt environment",
    [
      '"reason": "nothing has been released so far"',
      '"environments": [»"enclav"], "reason": "nothing has been released"',
    ],
    "ENVIRONMENT_UNKNOWN",
    /"enclave"/,
  ),
  one(
    "a mock has exceptions",
    ['"dependsOn": { "api": {} }', '"dependsOn": { "api": {} }, "mock": { »"exceptions": [] }'],
    "REGISTRY_UNKNOWN_KEY",
    /known/,
  ),
  one("a Service would begin with a digit", ['"web": {', '»"1web": {'], "REGISTRY_NAME", /rename/),
  one(
    "a reference has no edge",
    ['"image": "shop/web:1.0"', '"image": "shop/web:1.0", "env": { "DB": »"${services.db.host}" }'],
    "REFERENCE_WITHOUT_EDGE",
    /"dependsOn": \{"db": \{\}\}/,
  ),
  one(
    "a service depends on an image",
    ['"dependsOn": { "api": {} }', '"dependsOn": { "api": {}, "base": »{} }'],
    "DEPENDENCY_IMAGE",
    /additionalContexts/,
  ),
];
