#!/usr/bin/env node
// The `slipway` command: registers the TypeScript loader, then runs the real entry point.
import { register } from "tsx/esm/api";

register();
await import("./cli.ts");
