import { resolve } from "node:path";
import { type EnvironmentDiff, type Platform, diffPlatforms } from "../diff/platform.ts";
import { markdownReport } from "../diff/markdown.ts";
import { reportOf } from "../diff/report.ts";
import { textReport } from "../diff/text.ts";
import { userError } from "../lib/errors.ts";
import { count, suggestion } from "../lib/text.ts";
import { environmentModel } from "../model/model.ts";
import { type Inputs, readInputs } from "../registry/read.ts";
import { render } from "../render/render.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";
import { readRevision, readSide } from "./revision.ts";

const FORMATS = ["text", "json", "markdown"] as const;

export const diff: Command = {
  summary:
    "what an edit of the registry changes in each environment: objects, pods, what the API refuses, what stays behind",
  usage: "[REVISION] [--against DIR] [--environment E]... [--format text|json|markdown] [--exit-code]",
  maxPositionals: 1,
  examples: [
    "npm run diff                                     # the working tree against HEAD",
    "npm run diff -- main --environment airgap        # against another revision, one environment",
    "npm run -s diff -- main --format markdown        # for a pull request",
    "npm run diff -- --against ../release-1           # against another folder",
  ],
  flags: {
    against: {
      type: "string",
      value: "DIR",
      description: "compare with the inputs of a folder instead of a git revision",
    },
    environment: { type: "string", value: "E", multiple: true, description: "only this environment; may be repeated" },
    format: {
      type: "string",
      value: "FORMAT",
      description: "text (default), json (the data of --json alone) or markdown",
    },
    "exit-code": { type: "boolean", description: "exit with 1 where anything changes, as git does" },
  },
  details: [
    "Compares services.json, the files that it names and images.lock.json, both drawn by this version of Slipway. It asks no",
    "cluster: it tells what an apply does to a cluster that has the former objects. Signs: + created, ~ changed, - left behind.",
    "Paths in its commands begin at the folder of services.json.",
  ],
  run: runDiff,
};

async function runDiff(context: CommandContext): Promise<CommandResult> {
  const format = formatOf(context);
  const { inputs, warnings } = await readInputs(context.root);
  const former = await readFormer(context);
  const known = [...new Set([former.inputs, inputs].flatMap(({ registry }) => Object.keys(registry.environments)))];
  const environments = chosen(context, known);
  context.progress(`drawing ${count(environments.length, "environment")} twice`);
  const diffs = diffPlatforms(platform(former.inputs, environments), platform(inputs, environments));
  const changed = diffs.filter(({ type }) => type !== "unchanged").length;
  const data = { before: former.name, after: context.root, environments: diffs };
  return {
    output: changed === 0 && format === "text" ? [] : outputs[format](diffs, data),
    summary: `${former.name} → services.json: ${changed} of ${count(diffs.length, "environment")} affected`,
    findings: warnings,
    exitCode: context.flags["exit-code"] === true && changed > 0 ? 1 : 0,
    data,
  };
}

const outputs: Readonly<
  Record<(typeof FORMATS)[number], (diffs: readonly EnvironmentDiff[], data: unknown) => readonly string[]>
> = {
  text: (diffs) => textReport(reportOf(diffs)),
  markdown: (diffs) => markdownReport(reportOf(diffs)),
  json: (_, data) => [JSON.stringify(data, null, 2)],
};

/** The side before, and what it is called. */
async function readFormer({ exec, root, positionals, flags }: CommandContext): Promise<{
  readonly inputs: Inputs;
  readonly name: string;
}> {
  const [revision] = positionals;
  const folder = flags["against"];
  if (typeof folder !== "string") {
    const { inputs, commit } = await readRevision(exec, root, revision ?? "HEAD");
    return { inputs, name: `${revision ?? "HEAD"} (${commit.slice(0, 7)})` };
  }
  if (revision === undefined) return { inputs: await readSide(resolve(folder), folder), name: folder };
  throw userError(
    "DIFF_TWO_SIDES",
    "command line",
    `both a revision (${revision}) and a folder (${folder}) are named to compare with`,
    "leave one of them out",
  );
}

function platform(inputs: Inputs, environments: readonly string[]): Platform {
  const own = environments.filter((environment) => Object.hasOwn(inputs.registry.environments, environment));
  return new Map(
    own.map((environment) => {
      const model = environmentModel(inputs, environment);
      return [environment, { model, placed: render(model) }];
    }),
  );
}

/** Those of the command line, or all; one that neither side has is a slip. */
function chosen({ flags }: CommandContext, known: readonly string[]): readonly string[] {
  const wanted = flags["environment"];
  if (!Array.isArray(wanted)) return known;
  for (const name of wanted)
    if (!known.includes(name))
      throw userError(
        "ENVIRONMENT_UNKNOWN",
        "command line",
        `there is no environment "${name}"`,
        suggestion(name, known),
      );
  return wanted;
}

function formatOf({ flags }: CommandContext): (typeof FORMATS)[number] {
  const written = flags["format"] ?? "text";
  const format = FORMATS.find((one) => one === written);
  if (format) return format;
  const fix = suggestion(String(written), FORMATS);
  throw userError("FORMAT_UNKNOWN", "command line", `there is no format "${String(written)}"`, fix);
}
