import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { importCompose } from "../../tools/import/compose/index.ts";
import { type Disk, disk } from "../../tools/import/compose/disk.ts";
import type { Entry } from "../../tools/import/compose/entry.ts";
import { allKeys, keyAt } from "../../tools/import/compose/keys/index.ts";
import { mergePatch } from "../../tools/lib/merge.ts";
import { emitYaml } from "../../tools/lib/yaml.ts";
import spec from "../support/compose-keys.json" with { type: "json" };

// The specification's own list of keys decides what must be spoken of; the table of keys may know no more and no less.

const KEYS: Readonly<Record<string, string>> = spec.keys;
const REQUIRED = { image: "example.com/app:1" };

test("the table has an entry for every key of the specification", () => {
  const missing = Object.keys(KEYS).filter((key) => keyAt(key.split(".")) === null);
  assert.deepEqual(missing, []);
});

test("the table names no key that the specification does not have", () => {
  const invented = allKeys().filter(([key]) => !Object.hasOwn(KEYS, key));
  assert.deepEqual(
    invented.map(([key]) => key),
    [],
  );
});

for (const key of Object.keys(KEYS)) {
  test(`${key} is carried over, or told with its line`, () => {
    const path = key.split(".");
    const text = emitYaml(fileWith(path));
    const { entries, findings } = importCompose(request, diskOf(text));
    // These name other files, which are not there: an error is an answer, too.
    if (/(^|\.)(include|extends)(\.|$)/.test(key) && findings.length > 0) return;
    assert.deepEqual(findings, []);
    const named = path.map((step) => (step === "*" ? "a" : step));
    const spoken = entries.filter((entry) => covers(entry, named));
    assert.notEqual(spoken.length, 0, `nothing is said about ${key}:\n${text}`);
    for (const { where, path: at } of spoken) assertLine(text, where, at);
    const { told = null } = keyAt(path)?.key ?? {};
    if (told !== null)
      assert.ok(
        spoken.some((entry) => entry.told !== null),
        `${key} is not told`,
      );
  });
}

const request = {
  files: ["/project/compose.yaml"],
  envFiles: [],
  root: "/project",
  profiles: ["*"],
  name: null,
  namespace: null,
};

function diskOf(text: string): Disk {
  return (path) => (path === "/project/compose.yaml" ? { kind: "file", text } : null);
}

/** An entry speaks of a key, of what it stands in, or of what stands in it. Items of lists are `0`. */
function covers({ path }: Entry, key: readonly string[]): boolean {
  const own = path.map((step) => (/^\d+$/.test(step) ? "a" : step));
  const length = Math.min(own.length, key.length);
  // A service as a whole is no answer about one of its keys.
  const least = Math.min(key.length, key[0] === "services" || key[0] === "jobs" ? 3 : 1);
  return length >= least && own.slice(0, length).join(".") === key.slice(0, length).join(".");
}

/** The line that is told holds the key, or the item of a list. */
function assertLine(text: string, where: string, path: readonly string[]): void {
  const line = text.split("\n")[Number(where.split(":")[1]) - 1] ?? "";
  const last = path.at(-1) ?? "";
  assert.ok(/^\d+$/.test(last) ? line.trimStart().startsWith("-") || line.includes(":") : line.includes(last), where);
}

/** The smallest file that has a key. */
function fileWith(path: readonly string[]): object {
  const file = build(path, 0) as Record<string, Record<string, Record<string, unknown>>>;
  const service = file["services"]?.["a"];
  const own = service ? { a: { ...REQUIRED, ...service } } : { a: REQUIRED, ...file["services"] };
  const job = file["jobs"]?.["a"];
  const jobs = job ? { jobs: { a: { ...REQUIRED, triggers: { manual: true }, ...job } } } : {};
  return { ...file, ...jobs, services: own };
}

function build(path: readonly string[], depth: number): unknown {
  if (depth === path.length) return sample(path);
  const inner = build(path, depth + 1);
  const above = path.slice(0, depth).join(".");
  if (path[depth] !== "*") return { [path[depth] ?? ""]: inner };
  return spec.lists.includes(above) ? [inner] : { a: inner };
}

function sample(path: readonly string[]): unknown {
  const type = KEYS[path.join(".")] ?? "object";
  if (type.startsWith("=")) return type.slice(1);
  const values: Readonly<Record<string, unknown>> = {
    string: "a",
    boolean: true,
    integer: 3,
    number: 3,
    array: ["a"],
    objects: [{}],
    object: {},
    null: null,
  };
  return values[type];
}

test("the file with every key has every key that is carried over, and carries each", () => {
  const root = resolve("test/golden-import/every-key");
  const { entries } = importCompose({ ...request, files: [join(root, "compose.yaml")], root }, disk);
  const carried = new Set(
    entries.filter(({ to }) => to !== null).flatMap(({ path }) => path.map((_, i) => pattern(path.slice(0, i + 1)))),
  );
  const wanted = allKeys().filter(
    ([key, { to }]) =>
      to !== null && !key.startsWith("services.*.pre_start.*.") && !/^jobs\.\*\.(?!triggers)/.test(key),
  );
  assert.deepEqual(
    wanted.map(([key]) => key).filter((key) => !carried.has(key)),
    [],
  );
});

test("whatever keys stand together, each is carried over or told", () => {
  const keys = Object.keys(KEYS).filter(
    (key) => /^services\.\*\.[a-z_]+$/.test(key) && !/extends|provider|profiles/.test(key),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 12 }), (chosen) => {
      const own = Object.fromEntries(chosen.map((key) => [key.split(".")[2] ?? "", sample(key.split("."))]));
      const text = emitYaml({ services: { a: { ...REQUIRED, ...own }, b: REQUIRED } });
      const { entries } = importCompose(request, diskOf(text));
      for (const key of chosen)
        assert.ok(
          entries.some((entry) => covers(entry, key.replaceAll("*", "a").split("."))),
          `${key}\n${text}`,
        );
    }),
    { numRuns: 300 },
  );
});

test("whatever stands at a key, the import ends with an answer", () => {
  const keys = Object.keys(KEYS).filter((key) => !key.includes("pre_start.*."));
  const text = fc.constantFrom(
    "",
    "a",
    "a:b:c",
    "1-2:3/tcp",
    "80",
    "::",
    "${A",
    "$$(x)",
    "/",
    "-1",
    "true",
    "a=b",
    "1e9",
    "~",
    "x".repeat(300),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom("a", "source", "target", "type", "test", "path", "__proto__", "*", "0"),
        tie("value"),
        { maxKeys: 3 },
      ),
    ),
  }));
  const one = fc.tuple(fc.constantFrom(...keys), value);
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), (chosen) => {
      const file = chosen.reduce<unknown>((all, [key, inner]) => mergePatch(all, withValue(key.split("."), inner)), {
        services: { a: REQUIRED },
      });
      const { registry, entries, findings } = importCompose(request, diskOf(emitYaml(file)));
      assert.ok(registry === null ? findings.length > 0 : entries.length > 0);
    }),
    { numRuns: 1500 },
  );
});

function withValue(path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  return { [step === "*" ? "a" : step]: withValue(rest, value) };
}

/** `services.web.ports.0.target` → `services.*.ports.*.target` */
function pattern(path: readonly string[]): string {
  return path
    .map((step, i) => (keyAt([...path.slice(0, i), "*"])?.key === keyAt(path.slice(0, i + 1))?.key ? "*" : step))
    .join(".");
}
