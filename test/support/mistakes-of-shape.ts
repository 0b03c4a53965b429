import { type Edit } from "./build-registry.ts";

/** A slip of the hand in the registry's text, and what is to be told about it. */
export interface Mistake {
  readonly name: string;
  /** A `HERE` in the text is the place of one finding; they are told in the order of the file. */
  readonly edits: readonly Edit[];
  /** Code of each finding, and something that its fix must say. */
  readonly finds: readonly (readonly [code: string, fix: RegExp])[];
}

const OWNER = '"owner": "team-shop",';
const METRICS = '"metrics": { "containerPort": 9090 }';
const POD = '"POD": { "field": "metadata.name" }';
const DB_PORTS = '"ports": { "postgres": { "containerPort": 5432 } }';
const CPU = '"requests": { "cpu": "250m"';

/** What a reader of JSON or the schema refuses. */
export const SHAPE: readonly Mistake[] = [
  // Text that is not JSON.
  one("a comma is missing", [OWNER, '"owner": "team-shop"'], "REGISTRY_SYNTAX", /plain JSON/, [
    '"namespaces": {\n',
    '»"namespaces": {\n',
  ]),
  one(
    "a comma follows the last entry",
    ['"later": { "placeholder": true }\n  }', '"later": { "placeholder": true },\n  »}'],
    "REGISTRY_SYNTAX",
    /no comma after the last/,
  ),
  one("there is a comment", [OWNER, `${OWNER} »// us`], "REGISTRY_SYNTAX", /no comments/),
  one("there are single quotes", [OWNER, "\"owner\": »'team-shop',"], "REGISTRY_SYNTAX", /double quotes/),
  one(
    "a brace is missing",
    ['"targetCPUUtilizationPercentage": 70 }\n    }', '"targetCPUUtilizationPercentage": 70 }\n    '],
    "REGISTRY_SYNTAX",
    /plain JSON/,
    ["  }\n}\n", "  }\n}\n»"],
  ),
  one("a key is written twice", [OWNER, `${OWNER} »"owner": "x",`], "REGISTRY_DUPLICATE_KEY", /keep one/),
  one("a key is __proto__", [OWNER, '»"__proto__": {},'], "REGISTRY_UNKNOWN_KEY", /another name/),

  // Keys that do not exist, at every depth.
  one("a top-level key is misspelt", [OWNER, '»"ownr": "team-shop",'], "REGISTRY_UNKNOWN_KEY", /"owner"/),
  one(
    "two letters of a key changed places",
    ['"registries": {', '»"registires": {'],
    "REGISTRY_UNKNOWN_KEY",
    /"registries"/,
  ),
  one(
    "a key of a service is misspelt",
    ['"dependsOn": { "api": {} }', '»"dependOn": { "api": {} }'],
    "REGISTRY_UNKNOWN_KEY",
    /"dependsOn"/,
  ),
  one("a key is Compose's, not ours", ['"replicas": 2', '»"deploy": {}'], "REGISTRY_UNKNOWN_KEY", /known: .*replicas/),
  one(
    "a key of a port is misspelt",
    [METRICS, '"metrics": { »"containerport": 9090 }'],
    "REGISTRY_UNKNOWN_KEY",
    /"containerPort"/,
  ),
  one("a key of an environment is misspelt", ['"mocks": "gpu"', '»"mock": "gpu"'], "REGISTRY_UNKNOWN_KEY", /"mocks"/),
  one(
    "a key of overrides is misspelt",
    ['"overrides": { "replicas": 1 }', '"overrides": { »"replica": 1 }'],
    "REGISTRY_UNKNOWN_KEY",
    /"replicas"/,
  ),
  one(
    "a key of a service's environment is misspelt",
    ['"enclave": { "replicas": 3 }', '"enclave": { »"replica": 3 }'],
    "REGISTRY_UNKNOWN_KEY",
    /"replicas"/,
  ),
  one("a key of a mock is misspelt", ['"mock": { "image"', '"mock": { »"imgae"'], "REGISTRY_UNKNOWN_KEY", /"image"/),
  one(
    "a key of a variable's source is misspelt",
    ['"PASSWORD": { "secret": "database", "key"', '"PASSWORD": { "secret": "database", »"kye"'],
    "REGISTRY_UNKNOWN_KEY",
    /"key"/,
  ),
  one(
    "a key of a file is misspelt",
    ['"source": "config/start.sh"', '»"sorce": "config/start.sh"'],
    "REGISTRY_UNKNOWN_KEY",
    /"source"/,
  ),
  one(
    "a key of a probe is misspelt",
    ['"httpGet": { "path": "/ready"', '»"httpget": { "path": "/ready"'],
    "REGISTRY_UNKNOWN_KEY",
    /"httpGet"/,
  ),
  one(
    "a probe's port has a key too many",
    ['"exec": { "command": ["pg_isready"] }', '"exec": { "command": ["pg_isready"], »"shell": true }'],
    "REGISTRY_UNKNOWN_KEY",
    /command/,
  ),

  // Wrong types.
  one("a list stands where an object must be", [DB_PORTS, '"ports": »[5432]'], "REGISTRY_TYPE", /write an object/),
  one("a number is written as text", ['"replicas": 2', '"replicas": »"2"'], "REGISTRY_TYPE", /without quotes: 2/),
  one("a number has a fraction", ['"replicas": 2', '"replicas": »1.5'], "REGISTRY_TYPE", /whole number/),
  one(
    "a truth value is written as text",
    ['"placeholder": true', '"placeholder": »"true"'],
    "REGISTRY_TYPE",
    /without quotes: true/,
  ),
  one("a quantity is written as a number", [CPU, '"requests": { "cpu": »1'], "REGISTRY_TYPE", /"1"/),
  one("a variable is a number", [POD, '"POD": »8080'], "REGISTRY_VALUE", /"8080"/),
  one("a variable is a truth value", [POD, '"POD": »true'], "REGISTRY_VALUE", /"true"/),
  one("a variable is a list", [POD, '"POD": »["a"]'], "REGISTRY_VALUE", /\{secret, key\}/),
  one(
    "null stands where nothing can be removed",
    ['"routes": { "home": { "path": "/", "port": "http" } }', '"routes": »null'],
    "REGISTRY_TYPE",
    /write an object/,
  ),

  // Missing fields.
  one("a port has no number", [METRICS, '"metrics": »{}'], "REGISTRY_MISSING", /"containerPort"/),
  one(
    "a secret's key is not said",
    ['"PASSWORD": { "secret": "database", "key": "password" }', '"PASSWORD": »{ "secret": "database" }'],
    "REGISTRY_MISSING",
    /"key"/,
  ),
  one("an environment has no profile", ['"profile": "local",\n', "\n"], "REGISTRY_MISSING", /"profile"/, [
    '"local": {',
    '"local": »{',
  ]),
  one(
    "an exception has no reason",
    ['{ "check": "IMAGE_DIGEST", "reason": "nothing has been released so far" }', '»{ "check": "IMAGE_DIGEST" }'],
    "REGISTRY_MISSING",
    /"reason"/,
  ),
  one(
    "an exception's reason says nothing",
    ['"reason": "nothing has been released so far"', '"reason": »"because"'],
    "REGISTRY_VALUE",
    /say why/,
  ),

  // Values that cannot be.
  one("a profile is misspelt", ['"profile": "local"', '"profile": »"locl"'], "REGISTRY_VALUE", /"local"/),
  one(
    "a kind is written in another case",
    ['"kind": "StatefulSet"', '"kind": »"Statefulset"'],
    "REGISTRY_VALUE",
    /"StatefulSet"/,
  ),
  one("mocks is neither gpu nor a list", ['"mocks": "gpu"', '"mocks": »"cpu"'], "REGISTRY_VALUE", /"gpu" or a list/),
  one("a quantity has Docker's unit", [CPU, '"requests": { "cpu": »"1 core"'], "REGISTRY_VALUE", /250m/),
  one("replicas are negative", ['"replicas": 2', '"replicas": »-1'], "REGISTRY_VALUE", /at least 0/),
  one("a port is out of range", [METRICS, '"metrics": { "containerPort": »70000 }'], "REGISTRY_VALUE", /at most 65535/),
  one("a file's mode is a number", ['"mode": "0555"', '"mode": »555'], "REGISTRY_TYPE", /as text/),
  one("a file's mode is not octal", ['"mode": "0555"', '"mode": »"0955"'], "REGISTRY_VALUE", /"0440"/),
  one(
    "a date is none",
    [
      '"reason": "nothing has been released so far"',
      '"reason": "nothing has been released so far", "expires": »"soon"',
    ],
    "REGISTRY_VALUE",
    /date/,
  ),

  // Names that Kubernetes refuses.
  one(
    "a service's name has capitals",
    ['"model": {\n      "namespace"', '»"vLLM": {\n      "namespace"'],
    "REGISTRY_NAME",
    /"vllm"/,
  ),
  one("a namespace's name has an underscore", ['"later": {', '»"later_on": {'], "REGISTRY_NAME", /"later-on"/),
  one("the platform's name has blanks", ['"name": "shop"', '"name": »"my shop"'], "REGISTRY_VALUE", /DNS-1123/),
  one(
    "a port's name is too long",
    [METRICS, '»"metrics-of-the-api": { "containerPort": 9090 }'],
    "REGISTRY_NAME",
    /15 characters/,
  ),
  one("a port's name is a number", [METRICS, '»"9090": { "containerPort": 9090 }'], "REGISTRY_NAME", /letter/),
  one("a variable's name has a blank", [POD, '»"MY POD": { "field": "metadata.name" }'], "REGISTRY_NAME", /'_'/),
  one("a file's path is relative", ['"/init/start.sh": {', '»"init/start.sh": {'], "REGISTRY_NAME", /absolute/),
  one(
    "an image's name has capitals",
    ['"image": "shop/web:1.0"', '"image": »"Shop/web:1.0"'],
    "REGISTRY_VALUE",
    /lower case/,
  ),
  one(
    "a service's name is longer than a label",
    ['"later": {', `»"${"l".repeat(64)}": {`],
    "REGISTRY_NAME",
    /63 characters/,
  ),
];

/** A mistake with one finding. */
export function one(name: string, edit: Edit, code: string, fix: RegExp, ...more: readonly Edit[]): Mistake {
  return { name, edits: [edit, ...more], finds: [[code, fix]] };
}
