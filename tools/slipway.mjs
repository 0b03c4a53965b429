#!/usr/bin/env node
// The `slipway` command: registers the TypeScript loader, then runs the real entry point.
import { register } from "tsx/esm/api";

register();
const [command] = process.argv.slice(2);
if (command === "dev") process.argv.splice(2, 1);
await import(command === "dev" ? "../dev/cli.ts" : "./cli.ts");
