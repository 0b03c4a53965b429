import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

// Who may import whom. Data flows one way: a folder uses those listed for it, and itself, and nothing else.

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "tools/lib": [],
  "tools/registry": ["tools/lib"],
  "tools/model": ["tools/registry", "tools/lib"],
  "tools/render": ["tools/model", "tools/registry", "tools/lib"],
  "tools/sources": ["tools/registry", "tools/lib"],
  "tools/policy": ["tools/sources", "tools/render", "tools/model", "tools/registry", "tools/lib"],
  "tools/explain": ["tools/render", "tools/model", "tools/registry", "tools/lib"],
  "tools/operations": ["tools/render", "tools/model", "tools/registry", "tools/lib"],
  "tools/layout": ["tools/operations", "tools/render", "tools/model", "tools/registry", "tools/lib"],
  "tools/cluster": ["tools/render", "tools/model", "tools/registry", "tools/lib"],
  "tools/diff": ["tools/layout", "tools/render", "tools/model", "tools/registry", "tools/lib"],
  "tools/graph": ["tools/model", "tools/registry", "tools/lib"],
  "tools/import": ["tools/model", "tools/registry", "tools/lib"],
  "tools/commands": [
    "tools/import",
    "tools/explain",
    "tools/diff",
    "tools/policy",
    "tools/graph",
    "tools/sources",
    "tools/layout",
    "tools/operations",
    "tools/cluster",
    "tools/render",
    "tools/model",
    "tools/registry",
    "tools/lib",
  ],
  tools: ["tools/commands", "tools/lib"],
  "dev/core": ["tools/render", "tools/model", "tools/registry", "tools/lib"],
  "dev/build": ["dev/core", "tools/sources", "tools/cluster", "tools/model", "tools/registry", "tools/lib"],
  "dev/delivery": ["dev/core", "dev/build", "tools/cluster", "tools/model", "tools/lib"],
  "dev/cluster/api": ["tools/cluster", "tools/lib"],
  "dev/cluster": [
    "dev/cluster/api",
    "dev/core",
    "dev/sources",
    "tools/cluster",
    "tools/diff",
    "tools/render",
    "tools/model",
    "tools/lib",
  ],
  "dev/sources": [
    "dev/cluster/api",
    "dev/core",
    "dev/build",
    "tools/sources",
    "tools/cluster",
    "tools/render",
    "tools/model",
    "tools/registry",
    "tools/lib",
  ],
  "dev/sync": ["dev/core", "dev/build", "dev/cluster/api", "dev/sources", "tools/model", "tools/registry", "tools/lib"],
  "dev/ui": ["dev/core", "tools/model", "tools/lib"],
  "dev/kind": ["tools/registry", "tools/lib"],
  "dev/doctor": ["dev/sources", "tools/cluster", "tools/lib"],
  "dev/commands": [
    "dev",
    "dev/core",
    "dev/cluster/api",
    "dev/cluster",
    "dev/doctor",
    "dev/kind",
    "dev/sources",
    "tools/cluster",
    "tools/lib",
  ],
  dev: [
    "dev/sync",
    "dev/commands",
    "dev/kind",
    "dev/core",
    "dev/build",
    "dev/delivery",
    "dev/cluster/api",
    "dev/cluster",
    "dev/sources",
    "dev/ui",
    "tools/cluster",
    "tools/render",
    "tools/model",
    "tools/registry",
    "tools/lib",
  ],
};

/** Each npm package is known to one folder only, so that it can be replaced there. */
const PACKAGE_HOME: Readonly<Record<string, string>> = {
  zod: "tools/registry",
  "jsonc-parser": "tools/registry",
  yaml: "tools/lib",
  diff: "tools/lib",
  elkjs: "tools/graph",
  execa: "tools/lib",
  dockerode: "dev/build",
  "tar-stream": "dev/delivery",
  "@grpc/grpc-js": "dev/build",
  "@balena/dockerignore": "tools/sources",
  "fast-json-patch": "tools/render",
  "string-width": "dev/ui",
  ws: "dev/cluster/api",
};

/** Folders that decide: no effect, and nothing of Node. */
const PURE: readonly string[] = [
  "tools/explain",
  "tools/model",
  "tools/render",
  "tools/policy",
  "tools/operations",
  "tools/layout",
  "tools/diff",
  "tools/graph",
  "dev/core",
];

/** The one file that may write files, and the one that may start programs. */
const EFFECTS: Readonly<Record<string, readonly string[]>> = { execa: ["tools/lib/exec.ts"], "node:child_process": [] };

const files = [...sources("tools"), ...sources("dev").filter((file) => !file.startsWith("dev/mock/"))];

for (const file of files) {
  test(`${file} imports only what its folder may`, () => {
    for (const specifier of specifiers(file))
      assert.equal(verdict(file, specifier), null, `${file} imports ${specifier}`);
  });
}

test("the table names every folder", () => {
  const folders = [...new Set(files.map(folderOf))].toSorted();
  assert.deepEqual(
    folders.filter((folder) => !MAY_IMPORT[folder]),
    [],
  );
  assert.deepEqual(
    Object.keys(MAY_IMPORT).filter((folder) => !folders.includes(folder)),
    [],
  );
});

test("a forbidden import is named", () => {
  assert.equal(
    verdict("tools/layout/overlay.ts", "../commands/check.ts"),
    "tools/layout may not import tools/commands",
  );
  assert.equal(verdict("dev/core/plan.ts", "node:fs"), "dev/core is pure: no node:fs");
  assert.equal(verdict("tools/model/model.ts", "zod"), "zod belongs to tools/registry");
  assert.equal(verdict("tools/lib/yaml.ts", "../../dev/core/plan.ts"), "tools/lib may not import dev/core");
  assert.equal(verdict("tools/registry/parse.ts", "left-pad"), "left-pad belongs to no folder yet");
});

function verdict(file: string, specifier: string): string | null {
  const folder = folderOf(file);
  if (specifier.startsWith(".")) {
    const target = folderOf(normalize(join(dirname(file), specifier)));
    return target === folder || target === "." || MAY_IMPORT[folder]?.includes(target)
      ? null
      : `${folder} may not import ${target}`;
  }
  if (EFFECTS[specifier] && !EFFECTS[specifier].includes(file))
    return `${specifier} is for ${EFFECTS[specifier].join(", ") || "nobody"}`;
  if (specifier.startsWith("node:")) return PURE.includes(folder) ? `${folder} is pure: no ${specifier}` : null;
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (PACKAGE_HOME[name] === folder) return null;
  return PACKAGE_HOME[name] === undefined
    ? `${name} belongs to no folder yet`
    : `${name} belongs to ${PACKAGE_HOME[name]}`;
}

/** `tools/render/kinds/job.ts` → `tools/render`; `tools/cli.ts` → `tools`; `package.json` → `.`; deeper only where the table says so. */
function folderOf(file: string): string {
  const folders = file.split("/").slice(0, -1);
  const deep = folders.slice(0, 3).join("/");
  return MAY_IMPORT[deep] ? deep : folders.slice(0, 2).join("/") || ".";
}

/** Static and dynamic imports, of values and of types. */
function specifiers(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [
    ...text.matchAll(/(?:^|\s)(?:import|export)\s[^"';]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"|^import\s+"([^"]+)"/gm),
  ].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}
