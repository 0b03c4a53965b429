import { type Explained, type Origin, explain as explainObject } from "../explain/explain.ts";
import { shown } from "../explain/fields.ts";
import { userError } from "../lib/errors.ts";
import { count, suggestion } from "../lib/text.ts";
import type { Model } from "../model/model.ts";
import { effectiveService, isMocked } from "../registry/effective.ts";
import type { Inputs } from "../registry/read.ts";
import { type Placed, render } from "../render/render.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";
import { readEnvironment } from "./environment.ts";

export const explain: Command = {
  summary: "the line of services.json, or the named default, behind every field of an object",
  usage: "ENVIRONMENT [KIND/NAME [FIELD]]",
  maxPositionals: 3,
  examples: [
    "npm run explain -- overlays/airgap Deployment/core",
    "npm run explain -- airgap Deployment/core spec.template.spec.containers[core].image",
    "npm run explain -- airgap                    # lists the environment's objects",
  ],
  flags: {},
  details: [
    "ENVIRONMENT may be the folder of its overlay. KIND/NAMESPACE/NAME tells two objects of one name apart.",
    "FIELD is the beginning of a path as it is printed here: everything below it is shown.",
  ],
  run: runExplain,
};

async function runExplain(context: CommandContext): Promise<CommandResult> {
  const [environment = "", object, field = ""] = context.positionals;
  const name = environment.replace(/^.*overlays\//, "").replace(/\/+$/, "");
  const { inputs, model, warnings } = await readEnvironment({ ...context, positionals: [name] });
  const placed = render(model);
  if (object === undefined) return listed(placed, warnings);
  const fields = explained(find(placed, object), inputs, model).filter(({ path }) => shown(path).startsWith(field));
  if (fields.length === 0)
    throw userError(
      "FIELD_UNKNOWN",
      object,
      `it has no field "${field}"`,
      "leave the field out: all of them are shown",
    );
  return {
    output: lines(fields),
    summary: `${count(fields.length, "field")} of ${object} in ${name}`,
    findings: warnings,
    exitCode: 0,
    data: fields.map(({ path, value, origins }) => ({ field: shown(path), value, origins })),
  };
}

/** Every field of one object of an environment. */
export function explained(placed: Placed, { registry, source }: Inputs, model: Model): Explained[] {
  const environment = model.environment ?? "";
  const settings = registry.environments[environment];
  if (!settings) throw new Error(`unchecked environment ${environment}`);
  const { service } = placed;
  const effective =
    service === null
      ? null
      : effectiveService(registry, service, environment, isMocked(registry, service, environment));
  return explainObject({ placed, environment, effective, source, settings });
}

function listed(placed: readonly Placed[], findings: CommandResult["findings"]): CommandResult {
  const output = placed.map(({ object }) => idOf(object));
  return { output, summary: count(output.length, "object"), findings, exitCode: 0, data: output };
}

function find(placed: readonly Placed[], written: string): Placed {
  const [kind = "", ...rest] = written.split("/");
  const [namespace, name] = rest.length > 1 ? rest : [undefined, rest[0]];
  const found = placed.filter(
    ({ object }) =>
      object.kind.toLowerCase() === kind.toLowerCase() &&
      object.metadata.name === name &&
      (namespace === undefined || object.metadata.namespace === namespace),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  const ids = placed.map(({ object }) => idOf(object));
  const fix =
    found.length > 1
      ? `say which: ${found.map(({ object }) => idOf(object)).join(" or ")}`
      : suggestion(written, [...ids, ...placed.map(({ object }) => `${object.kind}/${object.metadata.name}`)]);
  throw userError(
    "OBJECT_UNKNOWN",
    "command line",
    `there ${found.length > 1 ? "are several objects" : "is no object"} "${written}"`,
    fix,
  );
}

function idOf({ kind, metadata }: Placed["object"]): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("/");
}

/** A field a line: what it is, and behind the arrow where it comes from. */
function lines(fields: readonly Explained[]): string[] {
  const left = fields.map(({ path, value }) => `${shown(path)}: ${JSON.stringify(value)}`);
  const width = Math.min(100, Math.max(...left.map((text) => text.length)));
  return fields.map(({ origins }, i) => `${(left[i] ?? "").padEnd(width)}  <- ${origins.map(told).join(", ")}`);
}

function told(origin: Origin): string {
  return "where" in origin ? `${origin.where} ${origin.path}` : `default: ${origin.default}`;
}
