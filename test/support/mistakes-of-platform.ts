import type { Edit } from "./build-registry.ts";
import { type Mistake, one } from "./mistakes-of-shape.ts";

const OWNER = '"owner": "team-shop",';
const MODEL_PROBES = '"gpu": { "count": 1, "shmSize": "128Mi" },';
const API_REPLICAS = '"replicas": 2,';
const BACK = '"back": { "resourceQuota": { "pods": "20" } }';
const MAPPED = '"namespaces": { "back": "team-back" }';
const LOCAL_HOST = '"labels": { "app": "nginx" }, "host": "localhost"';
const ENCLAVE = '"registry": "harbor",';
const READERS: readonly Edit[] = [
  ['"/run/secrets/password": {', '"/run/secrets/password": »{'],
  ['"PASSWORD": {', '"PASSWORD": »{'],
];
const RULES = '"serviceAccount": { "rules": [';

/** What belongs to the platform as a whole, to the cluster, or to accounts. */
export const PLATFORM: readonly Mistake[] = [
  // Parameters.
  {
    name: "a parameter is declared in no environment",
    edits: [['"POD": { "field": "metadata.name" }', '"POD": »»"pr-${parameters.pr}"']],
    finds: [
      ["PARAMETER_UNKNOWN", /environments\.(local|enclave)/],
      ["PARAMETER_UNKNOWN", /add "parameters"/],
    ],
  },
  one(
    "a parameter is misspelt",
    ['"POD": { "field": "metadata.name" }', '"POD": »"pr-${parameters.braanch}"'],
    "PARAMETER_UNKNOWN",
    /"branch"/,
    ['"mocks": "gpu",', '"mocks": "gpu", "parameters": { "branch": "x" },'],
    [ENCLAVE, `${ENCLAVE} "parameters": { "braanch": "x" },`],
  ),
  one(
    "the host of an environment names a parameter that it lacks",
    [LOCAL_HOST, '"labels": { "app": "nginx" }, »"host": "pr-${parameters.pr}.localhost"'],
    "PARAMETER_UNKNOWN",
    /environments\.local/,
  ),
  one(
    "a namespace is mapped to what is no name",
    [MAPPED, '"namespaces": { »"back": "Team_Back" }'],
    "NAMESPACE_NAME",
    /another name/,
  ),
  one(
    "a parameter makes a namespace of what is no name",
    [MAPPED, '"parameters": { "pr": "A/B" }, "namespaces": { »"back": "pr-${parameters.pr}" }'],
    "NAMESPACE_NAME",
    /another value/,
  ),
  one(
    "a namespace is mapped to a service",
    [MAPPED, '"namespaces": { »"back": "${services.db.host}" }'],
    "REFERENCE_NOT_HERE",
    /parameters/,
  ),
  one(
    "a parameter stands where nothing is replaced",
    [API_REPLICAS, `${API_REPLICAS} "podAnnotations": { "x": »"\${parameters.pr}" },`],
    "REFERENCE_NOT_HERE",
    /plain text/,
  ),
  one(
    "parameters make one namespace of two",
    [MAPPED, '"parameters": { "a": "x" }, "namespaces": { "back": "${parameters.a}", »"front": "x" }'],
    "NAMESPACE_CLASH",
    /of its own/,
  ),

  // Accounts.
  one(
    "a rule names no resources",
    [API_REPLICAS, `${API_REPLICAS} ${RULES}»{ "apiGroups": [""], "verbs": ["get"] }] },`],
    "RULE_INCOMPLETE",
    /add "resources"/,
  ),
  one(
    "a rule names no API group",
    [API_REPLICAS, `${API_REPLICAS} ${RULES}»{ "resources": ["pods"], "verbs": ["get"] }] },`],
    "RULE_INCOMPLETE",
    /core group/,
  ),
  one(
    "a rule of a namespace names paths of the API server",
    [API_REPLICAS, `${API_REPLICAS} ${RULES}»{ "nonResourceURLs": ["/version"], "verbs": ["get"] }] },`],
    "RULE_INCOMPLETE",
    /clusterRules/,
  ),
  one(
    "a rule names resources and paths",
    [
      API_REPLICAS,
      `${API_REPLICAS} "serviceAccount": { "clusterRules": [»{ "apiGroups": [""], "resources": ["pods"], "nonResourceURLs": ["/x"], "verbs": ["get"] }] },`,
    ],
    "RULE_INCOMPLETE",
    /two rules/,
  ),
  one(
    "a namespace makes the account that it has already",
    [BACK, '"back": { "serviceAccounts": { »"default": {} } }'],
    "OBJECT_CLASH",
    /another name/,
  ),
  one(
    "a service and its namespace bring one account",
    [BACK, '"back": { "serviceAccounts": { "robot": {} } }'],
    "OBJECT_CLASH",
    /another name/,
    [API_REPLICAS, `${API_REPLICAS} "serviceAccount": { "name": »"robot" },`],
  ),
  one(
    "a rule of a namespace's account is incomplete",
    [BACK, '"back": { "serviceAccounts": { "robot": { "rules": [»{ "apiGroups": ["apps"], "verbs": ["get"] }] } } }'],
    "RULE_INCOMPLETE",
    /add "resources"/,
  ),

  // Secrets.
  {
    name: "a secret comes from a store that nobody names",
    edits: [[ENCLAVE, `${ENCLAVE} "secrets": { "database": { "from": "externalSecret" } },`], ...READERS],
    finds: [
      ["SECRET_STORE_MISSING", /secretStore/],
      ["SECRET_STORE_MISSING", /secretStore/],
    ],
  },
  {
    name: "a secret comes from an env file that nobody names",
    edits: [[ENCLAVE, `${ENCLAVE} "secrets": { "database": { "from": "envFile" } },`], ...READERS],
    finds: [
      ["SECRET_ENV_FILE", /envFile/],
      ["SECRET_ENV_FILE", /envFile/],
    ],
  },
  one(
    "a secret for pulling images has another type",
    [API_REPLICAS, `${API_REPLICAS} "imagePullSecrets": [»"database"],`],
    "SECRET_TYPE",
    /dockerconfigjson/,
  ),

  // Classes.
  one(
    "a priority class has a name that Kubernetes keeps",
    [OWNER, `${OWNER} "priorityClasses": { »"system-first": { "value": 1 } },`],
    "NAME_RESERVED",
    /rename/,
  ),
  one(
    "two priority classes are the default",
    [
      OWNER,
      `${OWNER} "priorityClasses": { "a": { "value": 1, "globalDefault": true }, "b": { "value": 2, »"globalDefault": true } },`,
    ],
    "DEFAULT_CLASH",
    /one of the two/,
  ),
  one(
    "two storage classes are the default",
    [
      OWNER,
      `${OWNER} "storageClasses": { "quick": { "provisioner": "x", "default": true }, "wide": { "provisioner": "x", »"default": true } },`,
    ],
    "DEFAULT_CLASH",
    /one of the two/,
  ),
  one(
    "a storage class is nearly called like a declared one",
    ['"storageClassName": "fast"', '"storageClassName": »"fast"'],
    "STORAGE_CLASS_UNKNOWN",
    /"fasts"/,
    [OWNER, `${OWNER} "storageClasses": { "fasts": { "provisioner": "x" } },`],
  ),
  one(
    "a priority class is misspelt",
    [MODEL_PROBES, `${MODEL_PROBES} "priorityClassName": »"criticl",`],
    "PRIORITY_CLASS_UNKNOWN",
    /"critical"/,
    [OWNER, `${OWNER} "priorityClasses": { "critical": { "value": 1 } },`],
  ),

  // Nothing comes of it.
  one(
    "an environment that is not local says how its cluster is made",
    [ENCLAVE, `${ENCLAVE} »"cluster": { "workers": 2 },`],
    "CLUSTER_IDLE",
    /local one/,
  ),
  one(
    "a list of what is mirrored is for nobody",
    [OWNER, `${OWNER} »"mirror": { "images": ["x:1"] },`],
    "MIRROR_IDLE",
    /remove it/,
    ['"profile": "airgap"', '"profile": "staging"'],
    ['"mirror": true', '"mirror": false'],
  ),

  // Vendored files.
  one(
    "a vendored entry has the name of a service",
    [OWNER, `${OWNER} "manifests": { »"api": { "files": ["config/ns.yaml"], "namespace": "back" } },`],
    "NAME_CLASH",
    /rename one/,
  ),
  one(
    "a vendored entry has the name of an overlay's folder",
    [OWNER, `${OWNER} "manifests": { »"cluster": { "files": ["config/ns.yaml"], "namespace": "back" } },`],
    "NAME_RESERVED",
    /rename/,
  ),
  one(
    "a vendored entry names a namespace that is not there",
    [OWNER, `${OWNER} "manifests": { "x": { "files": ["config/ns.yaml"], »"namespace": "bcak" } },`],
    "NAMESPACE_UNKNOWN",
    /"back"/,
  ),
  one(
    "a vendored entry names an environment that is not there",
    [OWNER, `${OWNER} "manifests": { "x": { "files": ["config/ns.yaml"], "environments": [»"encalve"] } },`],
    "ENVIRONMENT_UNKNOWN",
    /"enclave"/,
  ),
  one(
    "a vendored file is not there",
    [OWNER, `${OWNER} "manifests": { "x": { "files": [»"vendor/x.yaml"] } },`],
    "FILE_NOT_FOUND",
    /create it/,
  ),
  one(
    "what a cluster is to bring is not there",
    ['"mocks": "gpu",', '"mocks": "gpu", "cluster": { "ingress": { "files": [»"cluster/ingress.yaml"] } },'],
    "FILE_NOT_FOUND",
    /create it/,
  ),
];
