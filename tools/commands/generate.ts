import { readDisk } from "../lib/disk.ts";
import { OUTPUT_FOLDERS } from "../layout/folders.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";
import { recall } from "./recall.ts";
import { written } from "./written.ts";

export const generate: Command = {
  summary: "write k8s/ and overlays/ from services.json",
  usage: "[--check] [--force] [--watch]",
  maxPositionals: 0,
  examples: [
    "npm run gen",
    "npm run gen -- --check        # in CI: a unified diff and exit code 1 when something is stale",
    "npm run gen -- --watch        # again at each save of services.json or of a file that it names",
  ],
  flags: {
    check: { type: "boolean", description: "write nothing; print what would change and exit with 1" },
    force: { type: "boolean", description: "overwrite generated files that were edited by hand" },
    watch: { type: "boolean", description: "go on: write again whenever an input changes; Ctrl-C ends" },
  },
  run: async (context) => {
    if (context.flags["watch"] !== true) return runGenerate(context);
    return (await import("./watch.ts")).watchInputs(context, runGenerate);
  },
};

/** What reads, checks and lays out is loaded when there is something to do: it takes longer to load than all else here. */
async function runGenerate(context: CommandContext): Promise<CommandResult> {
  const { root, flags } = context;
  const disk = readDisk(root, OUTPUT_FOLDERS);
  const known = flags["check"] === true ? null : recall(root, disk);
  if (known) return written([], known);
  return (await import("./write-output.ts")).writeOutput(context, disk, runGenerate);
}
