import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../tools/lib/errors.ts";
import { layout } from "../../tools/layout/layout.ts";
import { parseRegistry } from "../../tools/registry/parse.ts";
import { validate } from "../../tools/registry/validate.ts";
import { FILES, REGISTRY, findingsIn, mistaken } from "../support/build-registry.ts";

// Every JavaScript object answers to `constructor`, `toString` and `__proto__`: as names in a registry they are names.

const INHERITED = [
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__proto__",
  "__defineGetter__",
  "isPrototypeOf",
];

/** Names of the registry that may be any label. */
const NAMES = ["base", "db", "model", "api", "web", "front", "back", "later", "enclave", "harbor", "database"];
const MORE = ["media", "postgres", "data", "cache", "migrate", "home", "ready", "PGDATA", "DB_HOST", "POD"];

for (const name of [...NAMES, ...MORE])
  test(`${name} may be called constructor`, () => {
    assert.deepEqual(withoutHashes(renamed(name, "constructor")), withoutHashes(renamed(name, "constructoq")));
  });

test("a key that every object has is told like any other, wherever it is written", () => {
  let count = 0;
  for (const path of objectsOf(JSON.parse(REGISTRY)))
    for (const key of INHERITED)
      for (const value of ["null", "{}", '"x"', "1"]) {
        const text = withKey(path, key, value);
        const outcome = outcomeOf(text);
        assert.ok(outcome === "accepted" || outcome.every(({ code, fix }) => code !== "" && fix !== ""));
        count++;
      }
  assert.ok(count > 1000, `${count}`);
  assert.equal(({} as Record<string, unknown>)["x"], undefined, "no prototype was changed");
});

for (const [what, edit, code] of [
  [
    "a dependency",
    ['"dependsOn": { "api": {} }', '"dependsOn": { "api": {}, »"constructor": {} }'],
    "DEPENDENCY_UNKNOWN",
  ],
  ["a volume", ['"volume": "media"', '"volume": »"constructor"'], "VOLUME_UNKNOWN"],
  ["a registry", ['"registry": "harbor"', '»"registry": "constructor"'], "REGISTRY_HOST_UNKNOWN"],
  ["a config", ['{ "config": "db", "key"', '»{ "config": "constructor", "key"'], "CONFIG_UNKNOWN"],
  ["a config's key", ['"key": "PGDATA" }', '"key": "constructor" }'], "CONFIG_KEY_UNKNOWN"],
  [
    "a secret's key",
    [
      '"secret": "database", "key": "password" },\n        "PGDATA"',
      '"secret": "database", "key": "constructor" },\n        "PGDATA"',
    ],
    "SECRET_KEY_UNKNOWN",
  ],
  ["a port", ['"path": "/api", "port": "http"', '"path": "/api", "port": »"constructor"'], "PORT_UNKNOWN"],
  ["a mock", ['"mocks": "gpu"', '"mocks": ["constructor"]'], "MOCK_UNKNOWN"],
  ["a build's base", ['"base": "service:base"', '"base": »"service:constructor"'], "BUILD_CONTEXT_UNKNOWN"],
  [
    "a service in a text",
    ['"DB_HOST": "${services.db.host}"', '"DB_HOST": »"${services.constructor.host}"'],
    "REFERENCE_UNKNOWN",
  ],
  ["a mapped namespace", ['"back": "team-back"', '"back": "team-back", "constructor": "x"'], "NAMESPACE_UNKNOWN"],
] as const)
  test(`${what} called constructor that is not declared is unknown`, async () => {
    const findings = await findingsIn(mistaken([edit]).text);
    assert.deepEqual(
      findings.map((finding) => finding.code),
      [code],
    );
  });

/** The output with one name changed wherever it stands. */
function renamed(from: string, to: string): Map<string, string> {
  const text = REGISTRY.replaceAll(new RegExp(`(?<=[":.])${from}(?=["\\.])`, "g"), to);
  assert.notEqual(text, REGISTRY);
  const { registry, source } = parseRegistry(text, "services.json");
  const errors = validate(registry, source).filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  const files = layout({ registry, source, files: FILES, lock: {}, vendored: new Map() });
  return new Map([...files].map(([path, content]) => [path.replaceAll(to, "NAME"), content.replaceAll(to, "NAME")]));
}

/** Hashes differ with the name, and nothing else does. */
function withoutHashes(files: Map<string, string>): unknown {
  return Object.fromEntries([...files].map(([path, text]) => [path, text.replaceAll(/\b[0-9a-f]{8,64}\b/g, "HASH")]));
}

function outcomeOf(text: string): "accepted" | UserError["findings"] {
  try {
    const { registry, source } = parseRegistry(text, "services.json");
    const errors = validate(registry, source).filter(({ severity }) => severity === "error");
    if (errors.length > 0) return errors;
    layout({ registry, source, files: FILES, lock: {}, vendored: new Map() });
    return "accepted";
  } catch (error) {
    if (error instanceof UserError) return error.findings;
    throw error;
  }
}

type Path = readonly string[];

function objectsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.entries(value).flatMap(([key, inner]) => objectsOf(inner, [...at, key]));
  return Array.isArray(value) ? below : [at, ...below];
}

/** The registry's text with one more key in one of its objects: as text, since assigning `__proto__` would do something else. */
function withKey(path: Path, key: string, value: string): string {
  const registry = JSON.parse(REGISTRY) as Record<string, unknown>;
  const target = path.reduce<Record<string, unknown>>(
    (inner, step) => inner[step] as Record<string, unknown>,
    registry,
  );
  target["@@"] = 0;
  return JSON.stringify(registry).replace('"@@":0', `${JSON.stringify(key)}:${value}`);
}
