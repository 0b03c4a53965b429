import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { importCompose } from "../../tools/import/compose/index.ts";
import { parseDotenv } from "../../tools/import/compose/dotenv.ts";
import { interpolate, marker } from "../../tools/import/compose/interpolate.ts";
import { labelOf, labelsOf } from "../../tools/import/compose/names.ts";
import { cpuOf, quantityOf, secondsOf } from "../../tools/import/compose/units.ts";
import { splitWords, verbatim } from "../../tools/import/compose/words.ts";
import { readYaml } from "../../tools/lib/yaml-nodes.ts";
import { formatRegistry } from "../../tools/import/format.ts";

// The small grammars of Compose, as its specification gives them.

test("variables are resolved as Compose resolves them", () => {
  const values = new Map([
    ["SET", "v"],
    ["EMPTY", ""],
    ["B", "b"],
  ]);
  const cases: readonly (readonly [string, string])[] = [
    ["$SET-${SET}", "v-v"],
    ["${NONE:-d}${EMPTY:-d}${EMPTY-d}", "dd"],
    ["${SET:+x}${EMPTY:+x}${EMPTY+x}${NONE+x}", "xx"],
    ["${NONE:-${B}-${NONE:-c}}", "b-c"],
    ["$$SET $${SET}", "$SET ${SET}"],
    ["${DB_PASSWORD:-x}", marker("DB_PASSWORD")],
    ["a}b", "a}b"],
  ];
  for (const [text, expected] of cases) assert.equal(interpolate(text, values).text, expected, text);
  assert.deepEqual(
    interpolate("${A:?say it}", values).variables.map(({ name, from, required }) => ({ name, from, required })),
    [{ name: "A", from: "unset", required: "say it" }],
  );
  assert.notEqual(interpolate("${A", values).problem, null);
  assert.notEqual(interpolate("${1}", values).problem, null);
});

test("files of variables are read as Compose reads them", () => {
  const text = `# comment\n\nA=1\nexport B = two words # comment\nC='$A # "raw"'\nD="a\\nb $A"\nE=\nF\nG: yaml\nH=a#b\r\nI="x\ny"\n`;
  assert.deepEqual(Object.fromEntries(parseDotenv(text)), {
    A: "1",
    B: "two words",
    C: '$A # "raw"',
    D: "a\nb 1",
    E: "",
    F: null,
    G: "yaml",
    H: "a#b",
    I: "x\ny",
  });
});

test("commands are split as a shell splits them", () => {
  assert.deepEqual(splitWords(`a "b c" 'd "e"' f\\ g "h\\"i\\n" ''`), ["a", "b c", 'd "e"', "f g", 'h"i\\n', ""]);
  assert.deepEqual(splitWords(`sh -c "echo 'a b'"`), ["sh", "-c", "echo 'a b'"]);
  assert.equal(splitWords(`a "b`), null);
});

test("what is kept from Kubernetes comes out of it as it went in", () => {
  const text = fc
    .array(fc.constantFrom("$", "(", ")", "A", " ", "$(A)"), { maxLength: 12 })
    .map((parts) => parts.join(""));
  fc.assert(fc.property(text, (written) => assert.equal(expanded(verbatim(written)), written)));
});

/** https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go, A being "value". */
function expanded(text: string): string {
  return text.replaceAll(/\$(\$|\(A\)|)/g, (whole, next: string) =>
    next === "$" ? "$" : next === "" ? whole : "value",
  );
}

test("names become labels, and no two of them the same", () => {
  assert.equal(labelOf("My_App.web"), "my-app-web");
  assert.equal(labelOf("9lives"), "x-9lives");
  assert.deepEqual([...labelsOf(["a_b", "a-b", "A.B", "cluster"]).values()], ["a-b-2", "a-b", "a-b-3", "cluster-2"]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-zA-Z0-9._-]{1,80}$/), { maxLength: 20 }), (names) => {
      const labels = [...labelsOf(names, 52).values()];
      assert.equal(new Set(labels).size, names.length);
      for (const label of labels) assert.match(label, /^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/);
    }),
  );
});

test("amounts and durations become Kubernetes' own", () => {
  assert.deepEqual(["512m", "1.5g", "64kb", "1024", "1000", "2gb", "much"].map(quantityOf), [
    "512Mi",
    "1536Mi",
    "64Ki",
    "1Ki",
    "1000",
    "2Gi",
    null,
  ]);
  assert.deepEqual(["0.5", "2", ".25", "x"].map(cpuOf), ["500m", "2", "250m", null]);
  assert.deepEqual(["1m30s", "500ms", "2h", "10", "often"].map(secondsOf), [90, 1, 7200, 10, null]);
});

test("anchors, aliases and merge keys are resolved, and keep their places", () => {
  const text = "base: &b {x: 1, y: 2}\none:\n  <<: *b\n  y: 3\ntwo: {<<: [*b, {z: 4}]}\n";
  const [document] = readYaml(text, "f").documents;
  assert.deepEqual(plain(document), { base: { x: 1, y: 2 }, one: { y: 3, x: 1 }, two: { x: 1, y: 2, z: 4 } });
  assert.equal(readYaml("a: &a [*a]\n", "f").problems.length, 1);
  assert.equal(readYaml("a: {<<: 1}\n", "f").problems[0]?.where, "f:1:5");
  assert.equal(readYaml("mode: 0440\n", "f").documents.map((one) => plain(one) as { mode: number })[0]?.mode, 0o440);
});

function plain(node: ReturnType<typeof readYaml>["documents"][number] | undefined): unknown {
  if (!node) return undefined;
  if (node.value instanceof Map) return Object.fromEntries([...node.value].map(([key, inner]) => [key, plain(inner)]));
  return Array.isArray(node.value) ? node.value.map(plain) : node.value;
}

test("aliases of aliases end before the memory does", () => {
  const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`);
  const { problems } = readYaml(`a0: &a0 x\n${lines.join("\n")}\n`, "f");
  assert.equal(problems.length > 0, true);
});

test("several documents are laid over each other, which is told", () => {
  const text = "services: {a: {image: x:1}}\n---\nservices: {a: {image: x:2}}\n";
  const { registry, entries } = importOf(text);
  assert.match(formatRegistry(registry ?? {}), /"image": "x:2"/);
  assert.ok(entries.some(({ told }) => told?.message.includes("2 documents")));
});

test("a circle of names is told, and never becomes one of dependencies", () => {
  const text = "services:\n  a: {image: x, environment: {B_HOST: b}}\n  b: {image: x, environment: {A_HOST: a}}\n";
  const { registry, entries } = importOf(text);
  assert.match(formatRegistry(registry ?? {}), /"dependsOn": \{ "b": \{\} \}/);
  assert.doesNotMatch(formatRegistry(registry ?? {}), /"dependsOn": \{ "a": \{\} \}/);
  assert.ok(entries.some(({ told }) => told?.message.includes("circle")));
});

test("a secret that two services share is one key, however each of them writes it", () => {
  const text = [
    "services:",
    "  db: {image: postgres, environment: {POSTGRES_PASSWORD: '${PG_PASSWORD:-hidden}'}}",
    "  app: {image: x, environment: {DATABASE_URL: 'postgres://u:hidden@db/x', COMMAND_TOKEN: other}}",
    "  tool: {image: x, command: tool --password hidden}",
    "",
  ].join("\n");
  const written = formatRegistry(importOf(text).registry ?? {});
  assert.doesNotMatch(written, /hidden|other/);
  assert.match(written, /"keys": \{ "PG_PASSWORD": \{\}, "COMMAND_TOKEN": \{\} \}/);
  assert.match(written, /postgres:\/\/u:\$\(PG_PASSWORD\)@\$\{services\.db\.host\}\/x/);
  assert.match(written, /\["tool", "--password", "\$\(PG_PASSWORD\)"\]/);
});

test("variables that had one value keep one, and what may be empty stays empty", () => {
  const text = [
    "services:",
    "  redis: {image: redis, environment: {REDIS_PASSWORD: '${REDIS_PASSWORD:-shared-1}'}}",
    "  worker:",
    "    image: x",
    "    environment:",
    "      BROKER_URL: '${BROKER_URL:-redis://:shared-1@redis:6379/1}'",
    "      DB_PASSWORD: ${DB_PASSWORD:-shared-1}",
    "      SENTINEL_PASSWORD: ${SENTINEL_PASSWORD:-}",
    "      OPENAI_API_KEY:",
    "      MAIL_HOST:",
    "",
  ].join("\n");
  const { registry, entries } = importOf(text);
  const written = formatRegistry(registry ?? {});
  assert.match(written, /"keys": \{ "REDIS_PASSWORD": \{\}, "OPENAI_API_KEY": \{\} \}/);
  assert.match(written, /"DB_PASSWORD": \{ "secret": "p-env", "key": "REDIS_PASSWORD" \}/);
  assert.match(written, /"BROKER_URL": "redis:\/\/:\$\(DB_PASSWORD\)@\$\{services\.redis\.host\}:6379\/1"/);
  assert.match(written, /"SENTINEL_PASSWORD": ""/);
  assert.ok(entries.some(({ told }) => told?.message.startsWith("the variable MAIL_HOST has no value")));
});

test("ports are taken from whoever asks there, and folders of databases become claims", () => {
  const text = [
    "services:",
    "  api: {image: x, healthcheck: {test: [CMD, wget, 'http://localhost:9999/health']}}",
    "  meta: {image: x}",
    "  studio: {image: x, environment: {META_URL: 'http://meta:8080'}}",
    "  db: {image: 'postgres:16', volumes: ['./pgdata:/var/lib/postgresql/data:Z']}",
    "",
  ].join("\n");
  const { registry, entries } = importOf(text);
  const written = formatRegistry(registry ?? {});
  assert.match(written, /"http": \{ "containerPort": 9999 \}/);
  assert.match(written, /"http": \{ "containerPort": 8080 \}/);
  assert.match(written, /"liveness": \{ "tcpSocket": \{ "port": "http" \}/);
  assert.match(written, /"kind": "StatefulSet"/);
  assert.match(written, /"mountPath": "\/var\/lib\/postgresql\/data", "size": "10Gi", "volumeClaimTemplate": true/);
  assert.ok(entries.some(({ told }) => told?.message.includes("Z means nothing")));
  assert.ok(entries.some(({ told }) => told?.message.includes("./pgdata")));
});

test("what one variable hides, no other place shows", () => {
  const text = [
    "services:",
    "  db:",
    "    image: redis",
    "    environment: {REDIS_PASSWORD: hunter-22, DSN: host=cache password=hunter-22, WORD: postgres}",
    "    healthcheck: {test: redis-cli -a hunter-22 ping}",
    "    command: [sh, -c, exec redis-server --requirepass hunter-22]",
    "    post_start: [{command: redis-cli -a hunter-22 config rewrite}]",
    "    labels: {note: hunter-22, other: '${SOME_TOKEN}'}",
    "configs: {c: {content: x}}",
    "",
  ].join("\n");
  const { registry, entries } = importOf(text);
  const written = formatRegistry(registry ?? {});
  assert.doesNotMatch(written, /hunter|\ufdd0/);
  assert.doesNotMatch(JSON.stringify(entries), /hunter|\ufdd0/);
  assert.match(written, /redis-cli -a \$REDIS_PASSWORD ping/);
  assert.match(written, /--requirepass \$\(REDIS_PASSWORD\)/);
  assert.match(written, /"DSN": "host=cache password=\$\(REDIS_PASSWORD\)"/);
  assert.match(written, /"note": "\$\(REDIS_PASSWORD\)"/);
  assert.ok(entries.some(({ told }) => told?.message.includes("podAnnotations.note")));
});

function importOf(text: string): ReturnType<typeof importCompose> {
  const request = { files: ["/p/compose.yaml"], envFiles: [], root: "/p", profiles: [], name: null, namespace: null };
  return importCompose(request, (path) => (path === "/p/compose.yaml" ? { kind: "file", text } : null));
}
