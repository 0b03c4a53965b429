import assert from "node:assert/strict";
import { test } from "node:test";
import { declaredExceptions } from "../../tools/policy/exceptions.ts";
import { secretInClear } from "../../tools/policy/checks/identity/secret-in-clear.ts";
import { type Report, runChecks } from "../../tools/policy/run.ts";
import { type Surroundings, subjectOf } from "../../tools/policy/subject.ts";
import type { Placed } from "../../tools/render/render.ts";
import { buildContexts } from "../support/build-contexts.ts";
import { FILES } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { policyRegistry } from "../support/policy-registry.ts";

// Who may answer a check, and what is no secret.

const ROOT = { check: "RUN_AS_ROOT", reason: "its image knows no other user" };

test("an exception answers its check, with its reason", () => {
  const { codes, answered } = checked([ROOT]);
  assert.deepEqual(codes, []);
  assert.deepEqual(answered, [
    "RUN_AS_ROOT overlays/enclave Deployment/web",
    "RUN_AS_ROOT overlays/local Deployment/web",
  ]);
});

for (const [name, exception, codes] of [
  ["for its object answers", { ...ROOT, object: "Deployment/web" }, []],
  [
    "for another object answers nothing",
    { ...ROOT, object: "Deployment/api" },
    ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_UNUSED"],
  ],
  ["for one environment answers there only", { ...ROOT, environments: ["local"] }, ["RUN_AS_ROOT"]],
  [
    "for another check answers nothing",
    { ...ROOT, check: "PROBES" },
    ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_UNUSED"],
  ],
  [
    "for a linter's finding is left to the linter",
    { ...ROOT, check: "checkov/CKV_K8S_23" },
    ["RUN_AS_ROOT", "RUN_AS_ROOT"],
  ],
  [
    "for a linter's finding that expired yesterday is told",
    { ...ROOT, check: "checkov/CKV_K8S_23", expires: "2030-06-14" },
    ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_EXPIRED"],
  ],
  [
    "for no linter is told",
    { ...ROOT, check: "chekov/CKV_K8S_23" },
    ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_UNKNOWN"],
  ],
  ["for no check is told", { ...ROOT, check: "RUN_AS_ROT" }, ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_UNKNOWN"]],
  ["that expires today still holds", { ...ROOT, expires: "2030-06-15" }, []],
  [
    "that expired yesterday does not",
    { ...ROOT, expires: "2030-06-14" },
    ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_EXPIRED"],
  ],
] as const)
  test(`an exception ${name}`, () => assert.deepEqual(checked([exception]).codes, codes));

test("an exception of a service does not answer for another service", () => {
  const inputs = registryWith((services) => {
    services["web"].securityContext = { container: { runAsUser: 0 } };
    services["api"].exceptions = [ROOT];
  });
  assert.deepEqual(report(inputs).codes, ["RUN_AS_ROOT", "RUN_AS_ROOT", "EXCEPTION_UNUSED"]);
});

test("an environment's exception answers for all services there, and nowhere else", () => {
  const inputs = registryWith((services, environments) => {
    for (const name of ["web", "api"])
      services[name].securityContext = { container: { readOnlyRootFilesystem: false } };
    environments["local"].exceptions = [{ check: "READ_ONLY_ROOT", reason: "on a laptop it may" }];
  });
  const { codes, answered } = report(inputs);
  assert.deepEqual(new Set(codes), new Set(["READ_ONLY_ROOT"]));
  assert.ok(answered.length >= 2 && answered.every((one) => one.includes("overlays/local")));
});

for (const [name, object, codes] of [
  ["answers for it, whatever the line", "web/Dockerfile", []],
  ["of another folder answers nothing", "api/Dockerfile", ["ADD_URL", "EXCEPTION_UNUSED"]],
] as const)
  test(`an exception for a Dockerfile ${name}`, () => {
    const exception = { check: "ADD_URL", object, reason: "the model is too large for git" };
    const inputs = registryWith((services) => (services["web"].exceptions = [exception]));
    const dockerfile = "ARG BASE=x:1\nFROM ${BASE}\nADD https://files.shop.internal/m.bin /\nUSER 10001\n";
    const surroundings = { contexts: buildContexts({ web: { dockerfile } }), kustomizations: [] };
    assert.deepEqual(report(inputs, surroundings).codes, codes);
  });

test("a misspelt check is told at its place, with the right word", () => {
  const { findings } = checked([ROOT, { ...ROOT, check: "RUN_AS_ROT" }]);
  const [finding] = findings;
  assert.match(finding?.where ?? "", /^services\.json:\d+:\d+$/);
  assert.match(finding?.fix ?? "", /"RUN_AS_ROOT"/);
});

for (const [name, value] of [
  ["PASSWORD", "hunter2"],
  ["POSTGRES_PASSWORD", "12345678"],
  ["DB_PASS", "hunter2"],
  ["db.passwd", "hunter2"],
  ["API_TOKEN", "b7f3a9"],
  ["APIKEY", "b7f3a9"],
  ["AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"],
  ["SIGNING_KEY", "abc"],
  ["CREDENTIALS", "user:pass"],
  ["LUKS_PASSPHRASE", "correct horse"],
  ["DATABASE_URL", "postgres://shop:hunter2@db/shop"],
  ["ANYTHING", "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"],
  ["ANYTHING", "AKIAIOSFODNN7EXAMPLE"],
  ["ANYTHING", `ghp_${"a1".repeat(18)}`],
  ["ANYTHING", ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "c2lnbmF0dXJl"].join(".")],
] as const)
  test(`${name}=${value.slice(0, 40)} is taken for a secret`, () =>
    assert.deepEqual(secretsFound({ [name]: value }), ["env"]));

for (const [name, value] of [
  ["PASSWORD_FILE", "/run/secrets/password"],
  ["PASSWORD", "/run/secrets/password"],
  ["PASSWORD", "$(DB_PASSWORD)"],
  ["PASSWORD", ""],
  ["PASSWORD_POLICY", "strict"],
  ["PASSWORD_MIN_LENGTH", "12"],
  ["SECRET_NAME", "database"],
  ["TOKEN_URL", "https://auth.example/token"],
  ["TOKEN_TTL", "1h"],
  ["API_KEY_HEADER", "X-Api-Key"],
  ["ACCESS_TOKEN_EXPIRE_MINUTES", "30"],
  ["TOKENIZER", "gpt2"],
  ["TOKENIZERS_PARALLELISM", "off"],
  ["MAX_TOKENS", "4k"],
  ["TOKEN_LIMIT", "4096"],
  ["USE_TOKEN", "true"],
  ["DATABASE_URL", "postgres://db/shop"],
  ["DATABASE_URL", "postgres://shop@db/shop"],
  ["KEYBOARD", "qwerty"],
  ["PASSENGERS", "four"],
  ["COMPASS", "north"],
] as const)
  test(`${name}=${value} is not taken for a secret`, () => assert.deepEqual(secretsFound({ [name]: value }), []));

for (const [args, isFound] of [
  [["--password=hunter2"], true],
  [["--password", "hunter2"], true],
  [["redis-server", "--requirepass", "hunter2"], true],
  [["--api-key", "b7f3a9"], true],
  [["--url=postgres://a:b@c/d"], true],
  [["--password-file=/run/secrets/password"], false],
  [["--password", "/run/secrets/password"], false],
  [["--password", "--verbose"], false],
  [["--max-tokens=4096", "--tokenizer", "gpt2"], false],
  [["--no-password"], false],
  [["serve", "--token-limit", "4096"], false],
] as const)
  test(`${args.join(" ")} ${isFound ? "is" : "is not"} taken for a secret`, () =>
    assert.deepEqual(secretsFound({}, args), isFound ? ["args"] : []));

function checked(exceptions: readonly object[]) {
  return report(
    registryWith((services) => {
      services["web"].securityContext = { container: { runAsUser: 0 } };
      services["web"].exceptions = exceptions;
    }),
  );
}

// oxlint-disable-next-line typescript/no-explicit-any
type Entries = Record<string, any>;

function registryWith(change: (services: Entries, environments: Entries) => void) {
  return inputsOf(
    policyRegistry((registry) => {
      registry["environments"]!["enclave"].profile = "staging";
      delete registry["environments"]!["enclave"].exceptions;
      change(registry["services"] as Entries, registry["environments"] as Entries);
    }),
    FILES,
  );
}

function report(
  inputs: ReturnType<typeof inputsOf>,
  surroundings?: Surroundings,
): {
  codes: string[];
  answered: string[];
  findings: Report["findings"];
} {
  const subjects = Object.keys(inputs.registry.environments).map((environment) =>
    subjectOf(inputs, environment, surroundings),
  );
  const { findings, answered } = runChecks(subjects, declaredExceptions(inputs), "2030-06-15");
  return {
    findings,
    codes: findings.map(({ code }) => code),
    answered: answered.map(({ finding }) => `${finding.code} ${finding.where}`).toSorted(),
  };
}

/** Where the check finds a secret: `env`, `args`. */
function secretsFound(env: Readonly<Record<string, string>>, args: readonly string[] = []): string[] {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const spec = { template: { spec: { containers: [{ name: "a", image: "a:1", env: variables, args }] } } };
  const placed = { object: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" }, spec } };
  const subject = subjectOf(
    registryWith(() => {}),
    "local",
  );
  const violations = secretInClear.run({ ...subject, placed: [placed as unknown as Placed] });
  return violations.map(({ message }) => (message.includes("variable") ? "env" : "args"));
}
