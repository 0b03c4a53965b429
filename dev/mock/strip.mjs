import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

// `node strip.mjs FOLDER`: the sources beside this file without their types, as JavaScript. Node can do that as it
// loads them, but keeps some 40 MB for it and starts later; so it is done once, when the image is built.

const target = process.argv[2] ?? "out";
for (const file of globSync("**/*.ts", { cwd: import.meta.dirname })) {
  const source = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, file), "utf8"));
  const output = join(target, file.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, source.replace(/(from "\.{1,2}\/[^"]+)\.ts"/g, '$1.js"'));
}
cpSync(join(import.meta.dirname, "package.json"), join(target, "package.json"));
