import { extname, resolve } from "node:path";
import { mermaid } from "../graph/mermaid.ts";
import { type PlatformGraph, platformGraph } from "../graph/platform-graph.ts";
import { svg } from "../graph/svg.ts";
import { userError } from "../lib/errors.ts";
import { writeAtomically } from "../lib/files.ts";
import { count, suggestion } from "../lib/text.ts";
import { baseModel, environmentModel } from "../model/model.ts";
import { readInputs } from "../registry/read.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";
import { environmentOf } from "./environment.ts";

const FORMATS: Readonly<Record<string, (graph: PlatformGraph) => Promise<string>>> = {
  mermaid: async (graph) => mermaid(graph),
  svg,
};

export const graph: Command = {
  summary: "draw the platform: namespaces, services, who may connect to whom, ways in from outside",
  usage: "[ENVIRONMENT] [--format mermaid|svg] [--write FILE]",
  maxPositionals: 1,
  examples: [
    "npm run -s graph                                  # Mermaid, for a README",
    "npm run graph -- airgap --write docs/airgap.svg   # a picture that needs nothing but itself",
  ],
  flags: {
    format: {
      type: "string",
      value: "FORMAT",
      description: "mermaid or svg; by default what FILE ends in, else mermaid",
    },
    write: { type: "string", value: "FILE", description: "write it to a file instead" },
  },
  details: [
    "Without ENVIRONMENT: the base, with routes on whatever host an environment gives.",
    "A line is what the network policies allow; everything else is denied.",
  ],
  run: runGraph,
};

async function runGraph(context: CommandContext): Promise<CommandResult> {
  const { root, positionals, flags } = context;
  const file = typeof flags["write"] === "string" ? flags["write"] : null;
  const draw = formatOf(typeof flags["format"] === "string" ? flags["format"] : null, file);
  const { inputs, warnings } = await readInputs(root);
  const model =
    positionals.length === 0 ? baseModel(inputs) : environmentModel(inputs, environmentOf(inputs, positionals));
  const drawn = platformGraph(model, inputs.registry);
  const text = await draw(drawn);
  if (file !== null) await writeAtomically(resolve(root, file), text);
  return {
    output: file === null ? [text.trimEnd()] : [],
    summary: file === null ? null : `${file} written: ${sizeOf(drawn)}`,
    findings: warnings,
    exitCode: 0,
    data: { ...drawn, text },
  };
}

function formatOf(written: string | null, file: string | null): (graph: PlatformGraph) => Promise<string> {
  const name = written ?? (file !== null && extname(file).toLowerCase() === ".svg" ? "svg" : "mermaid");
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format) return format;
  const fix = suggestion(name, Object.keys(FORMATS));
  throw userError("FORMAT_UNKNOWN", "command line", `there is no format "${name}"`, fix);
}

function sizeOf({ groups, edges }: PlatformGraph): string {
  const services = groups
    .flatMap(({ nodes }) => nodes)
    .filter(({ kind, peers }) => kind !== "Ingress" && peers.length === 0);
  return `${count(services.length, "service")}, ${count(edges.length, "connection")}`;
}
