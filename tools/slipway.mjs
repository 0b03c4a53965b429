#!/usr/bin/env node
import { runBundle } from "./bundle.mjs";

// The `slipway` command. TypeScript's loader and some hundred small modules take longer to start than the generator takes
// to run: its modules are bundled once, and again whenever one of them changes. Where nothing can be kept they are loaded
// as they are.

const [command] = process.argv.slice(2);
if (command === "dev") process.argv.splice(2, 1);
if (!runBundle(command)) {
  const { register } = await import("tsx/esm/api");
  register();
  await import(command === "dev" ? "../dev/cli.ts" : "./cli.ts");
}
