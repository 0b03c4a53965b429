import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { SourceMap, createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { debuglog, inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

// A program of ours in one file, below node_modules/.cache (or $SLIPWAY_CACHE). Its name is a hash of everything that it is made of, so it is
// never stale, and starts at the same time do not disturb each other; it holds a hash of itself, so that a damaged one is
// made anew. Beside it lies what V8 made of it, which saves compiling it at every start.

const TOOLS = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const HASH_BYTES = 32;
const MAX_KEPT = 30;
const WRAPPER = ["(function (require, module, exports) {", "\n})"].map((text) => Buffer.from(text));

// V8 optimises what has run for a while (132 kB of its bytecode, by default). Of a program that ends within a second that
// is too soon: the work of optimising, on the other cores, was two fifths of all that was done.
const OPTIMISE_AFTER_BYTES = 1_000_000;

// How much garbage may lie beside what is in use: a platform of a thousand services stays below 250 MB.
const HEAP_GROWTH_PERCENT = 20;

/** The generator, with everything that it needs. Its V8 is set for a program that ends within a second. */
const GENERATOR = { name: "gen", entry: "cli.ts", folders: ["."], external: [] };

/**
 * The loop, without what it loads when the first image is built, and what looks for files beside itself. It lives for hours.
 */
const LOOP = {
  name: "dev",
  entry: "../dev/cli.ts",
  folders: [".", "../dev"],
  external: ["dockerode", "@grpc/grpc-js", "protobufjs"],
};

/** Runs a program from its bundle; false when there is none and none can be made. */
export function runBundle(command) {
  const program = command === "dev" ? LOOP : GENERATOR;
  const bundle = findBundle(program);
  if (bundle === null) return false;
  if (program === GENERATOR) {
    setFlagsFromString(`--interrupt-budget=${OPTIMISE_AFTER_BYTES}`);
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  }
  const cachedData = unsealed(`${bundle.path}.v8`) ?? undefined;
  const script = new Script(bundle.code, { filename: bundle.path, cachedData });
  // After the command that is run most, so that what it needs is compiled.
  if (command === program.name && (cachedData === undefined || script.cachedDataRejected))
    process.once("exit", () => keep(`${bundle.path}.v8`, script.createCachedData()));
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${withSources(inspect(error), bundle.path)}\n`);
    process.exit(1);
  });
  const module = { exports: {} };
  script.runInThisContext()(require, module, module.exports);
  return true;
}

function findBundle(program) {
  try {
    const modules = dirname(dirname(require.resolve("esbuild/package.json")));
    const key = keyOf(program, modules);
    const folder = process.env.SLIPWAY_CACHE ?? join(modules, ".cache", "slipway");
    const path = join(folder, `${key}.cjs`);
    const code = unsealed(path) ?? made(program, path, key);
    return { path, code: code.toString("utf8") };
  } catch (error) {
    // No such packages, no place to keep it, a module that cannot be bundled: the loader tells what there is to tell.
    debuglog("slipway")("no bundle: %s", error);
    return null;
  }
}

/** Everything that the bundle is made of: our own files whole; of the packages what npm says about them. */
function keyOf({ name, folders }, modules) {
  const hash = createHash("sha256");
  const add = (name, bytes) => hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  add(`${name} ${process.version} ${process.arch} ${TOOLS}`, "");
  for (const path of ["../package.json", ...folders.flatMap(filesBelow)]) add(path, readFileSync(join(TOOLS, path)));
  add("packages", readFileSync(join(modules, ".package-lock.json")));
  return hash.digest("hex").slice(0, 24);
}

function filesBelow(folder) {
  const entries = readdirSync(join(TOOLS, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

function made({ entry, external }, path, key) {
  mkdirSync(dirname(path), { recursive: true });
  accessSync(dirname(path), constants.W_OK);
  const { outputFiles, warnings } = esbuild().buildSync({
    entryPoints: [join(TOOLS, entry)],
    external,
    // A script has no way to import; what is not bundled is required.
    supported: { "dynamic-import": false },
    outfile: path,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: `node${process.versions.node}`,
    // Some packages' `main` cannot be bundled, as it requires by computed names.
    mainFields: ["module", "main"],
    sourcemap: "external",
    // Half as much to read at every start.
    minifyWhitespace: true,
    define: { SLIPWAY_KEY: JSON.stringify(key) },
    write: false,
    logLevel: "silent",
  });
  // Such as `import.meta`, which a bundle has not.
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  const [map, module] = outputFiles.toSorted((a, b) => b.path.length - a.path.length).map(({ contents }) => contents);
  const code = Buffer.concat([WRAPPER[0], module, WRAPPER[1]]);
  keep(`${path}.map`, map);
  keep(path, code);
  removeOld(dirname(path));
  return code;
}

/** Without its worker, whose process, of 50 MB, would live as long as the loop. */
function esbuild() {
  process.env.ESBUILD_WORKER_THREADS = "0";
  try {
    return require("esbuild");
  } finally {
    delete process.env.ESBUILD_WORKER_THREADS;
  }
}

/** Whole or not at all; what cannot be kept is made anew next time. */
function keep(path, bytes) {
  const beside = `${path}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(beside, Buffer.concat([hashOf(bytes), bytes]));
    renameSync(beside, path);
  } catch {
    rmSync(beside, { force: true });
  }
}

/** What `keep` wrote; null when it is not there, or not as it was written. */
function unsealed(path) {
  try {
    const bytes = readFileSync(path);
    const content = bytes.subarray(HASH_BYTES);
    return hashOf(content).equals(bytes.subarray(0, HASH_BYTES)) ? content : null;
  } catch {
    return null;
  }
}

function hashOf(bytes) {
  return createHash("sha256").update(bytes).digest();
}

function removeOld(folder) {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const age = new Map(files.map((path) => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
  const old = files.toSorted((a, b) => age.get(b) - age.get(a)).slice(MAX_KEPT);
  for (const path of old) rmSync(path, { force: true });
}

/** A stack in the words of the sources: read only when something went wrong. */
function withSources(text, path) {
  const map = unsealed(`${path}.map`);
  if (map === null) return text;
  const sources = new SourceMap(JSON.parse(map.toString()));
  const places = new RegExp(`${path.replaceAll(/[^\w/]/g, "\\$&")}:(\\d+):(\\d+)`, "g");
  return text.replaceAll(places, (whole, line, column) => {
    const { originalSource, originalLine = 0, originalColumn = 0 } = sources.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return whole;
    return `${resolve(dirname(path), originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
  });
}
