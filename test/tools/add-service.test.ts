import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { withService } from "../../tools/registry/add-service.ts";
import { arbitraryRegistry } from "../support/arbitrary-registry.ts";
import { ROOTS } from "../support/roots.ts";

// A new entry is written as its neighbours are, and not a byte of the rest moves.

const ENTRY = {
  image: "redis:7",
  ports: { redis: { containerPort: 6379 } },
  args: ["--a", "b"],
  dependsOn: { db: {} },
};

const STYLES: Readonly<Record<string, readonly [before: string, after: string]>> = {
  "two spaces, as JSON.stringify writes it": [
    `{\n  "name": "x",\n  "services": {\n    "a": {\n      "image": "a:1",\n      "ports": {\n        "http": {\n          "containerPort": 1\n        }\n      }\n    }\n  }\n}\n`,
    `{\n  "name": "x",\n  "services": {\n    "a": {\n      "image": "a:1",\n      "ports": {\n        "http": {\n          "containerPort": 1\n        }\n      }\n    },\n    "cache": {\n      "image": "redis:7",\n      "ports": {\n        "redis": {\n          "containerPort": 6379\n        }\n      },\n      "args": ["--a", "b"],\n      "dependsOn": {\n        "db": {}\n      }\n    }\n  }\n}\n`,
  ],
  "tabs, no newline at the end": [
    `{\n\t"services": {\n\t\t"a": {\n\t\t\t"image": "a:1",\n\t\t\t"ports": {\n\t\t\t\t"http": {}\n\t\t\t}\n\t\t}\n\t}\n}`,
    `{\n\t"services": {\n\t\t"a": {\n\t\t\t"image": "a:1",\n\t\t\t"ports": {\n\t\t\t\t"http": {}\n\t\t\t}\n\t\t},\n\t\t"cache": {\n\t\t\t"image": "redis:7",\n\t\t\t"ports": {\n\t\t\t\t"redis": {\n\t\t\t\t\t"containerPort": 6379\n\t\t\t\t}\n\t\t\t},\n\t\t\t"args": ["--a", "b"],\n\t\t\t"dependsOn": {\n\t\t\t\t"db": {}\n\t\t\t}\n\t\t}\n\t}\n}`,
  ],
  "fields on one line, entries apart": [
    `{\n  "services": {\n    "a": {\n      "image": "a:1",\n      "ports": { "http": { "containerPort": 1 } }\n    },\n\n    "b": {\n      "image": "b:1",\n      "ports": { "http": { "containerPort": 1 } }\n    }\n  }\n}\n`,
    `{\n  "services": {\n    "a": {\n      "image": "a:1",\n      "ports": { "http": { "containerPort": 1 } }\n    },\n\n    "b": {\n      "image": "b:1",\n      "ports": { "http": { "containerPort": 1 } }\n    },\n\n    "cache": {\n      "image": "redis:7",\n      "ports": { "redis": { "containerPort": 6379 } },\n      "args": ["--a", "b"],\n      "dependsOn": { "db": {} }\n    }\n  }\n}\n`,
  ],
  "entries on one line": [
    `{\n    "services": {\n        "a": {"image": "a:1", "replicas": 2}\n    }\n}\n`,
    `{\n    "services": {\n        "a": {"image": "a:1", "replicas": 2},\n        "cache": {"image": "redis:7", "ports": {"redis": {"containerPort": 6379}}, "args": ["--a", "b"], "dependsOn": {"db": {}}}\n    }\n}\n`,
  ],
  CRLF: [
    `{\r\n  "services": {\r\n    "a": {\r\n      "image": "a:1",\r\n      "ports": { "http": {} }\r\n    }\r\n  }\r\n}\r\n`,
    `{\r\n  "services": {\r\n    "a": {\r\n      "image": "a:1",\r\n      "ports": { "http": {} }\r\n    },\r\n    "cache": {\r\n      "image": "redis:7",\r\n      "ports": { "redis": { "containerPort": 6379 } },\r\n      "args": ["--a", "b"],\r\n      "dependsOn": { "db": {} }\r\n    }\r\n  }\r\n}\r\n`,
  ],
  "everything on one line": [
    `{ "services": { "a": { "image": "a:1" } } }`,
    `{ "services": { "a": { "image": "a:1" }, "cache": { "image": "redis:7", "ports": { "redis": { "containerPort": 6379 } }, "args": ["--a", "b"], "dependsOn": { "db": {} } } } }`,
  ],
  "without blanks": [
    `{"services":{"a":{"image":"a:1"}},"name":"x"}`,
    `{"services":{"a":{"image":"a:1"},"cache":{"image":"redis:7","ports":{"redis":{"containerPort":6379}},"args":["--a","b"],"dependsOn":{"db":{}}}},"name":"x"}`,
  ],
  "no service yet": [
    `{\n  "environments": {\n    "local": { "profile": "local" }\n  },\n  "services": {}\n}\n`,
    `{\n  "environments": {\n    "local": { "profile": "local" }\n  },\n  "services": {\n    "cache": {\n      "image": "redis:7",\n      "ports": { "redis": { "containerPort": 6379 } },\n      "args": ["--a", "b"],\n      "dependsOn": { "db": {} }\n    }\n  }\n}\n`,
  ],
  "no service yet, on a line": [
    `{"services":{}}`,
    `{"services":{"cache":{"image":"redis:7","ports":{"redis":{"containerPort":6379}},"args":["--a","b"],"dependsOn":{"db":{}}}}}`,
  ],
};

for (const [style, [before, after]] of Object.entries(STYLES)) {
  test(`an entry is added in the file's own style: ${style}`, () => {
    assert.equal(withService(before, "cache", ENTRY), after);
    assert.equal(withService(`\ufeff${before}`, "cache", ENTRY), `\ufeff${after}`);
  });
}

for (const file of ROOTS.map((root) => join(root, "services.json")))
  test(`an entry of ${file} looks like the others`, () => {
    const before = readFileSync(file, "utf8");
    const after = withService(before, "cache", { image: "redis:7", ports: { redis: { containerPort: 6379 } } });
    // A registry of one service shows no space between two.
    const { services } = JSON.parse(before) as { services: object };
    const gap = Object.keys(services).length > 1 ? "\n\n" : "\n";
    const added = `,${gap}    "cache": {\n      "image": "redis:7",\n      "ports": { "redis": { "containerPort": 6379 } }\n    }`;
    assert.equal(after.replace(added, ""), before);
  });

test("whatever the registry and however it is written, it gains the entry and nothing else", () => {
  const indents = fc.constantFrom(undefined, 1, 2, 4, "\t");
  fc.assert(
    fc.property(arbitraryRegistry, indents, fc.constantFrom("\n", "\r\n"), (registry, indent, eol) => {
      const text = JSON.stringify(registry, null, indent).replaceAll("\n", eol);
      const after = JSON.parse(withService(text, "added", ENTRY)) as { services: Record<string, unknown> };
      assert.deepEqual(after.services["added"], ENTRY);
      delete after.services["added"];
      assert.deepEqual(after, JSON.parse(text));
    }),
  );
});
