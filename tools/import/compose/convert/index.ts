import { type Part, lost } from "../entry.ts";
import type { Context } from "../project.ts";
import { build } from "./build.ts";
import { deploy } from "./deploy.ts";
import { develop } from "./develop.ts";
import { environment } from "./environment.ts";
import { hooks } from "./hooks.ts";
import { mountedFiles } from "./mounted.ts";
import { network } from "./network.ts";
import { together } from "./part.ts";
import { ports } from "./ports.ts";
import { probes } from "./probes.ts";
import { program } from "./program.ts";
import { resources } from "./resources.ts";
import { security } from "./security.ts";
import { triggers } from "./triggers.ts";
import { volumes } from "./volumes.ts";

// In the order in which a person reads a service.
const CONVERTERS: readonly ((context: Context) => Part)[] = [
  deploy,
  triggers,
  program,
  build,
  ports,
  environment,
  mountedFiles,
  volumes,
  probes,
  resources,
  security,
  network,
  hooks,
  develop,
];

/** What a Compose service becomes. Whom it depends on is decided for all services together. */
export function convert(context: Context): Part {
  return fitting(together(CONVERTERS.map((converter) => converter(context))), context);
}

/** Fields that a kind of workload does not have are told instead of written. */
function fitting(made: Part, { node }: Context): Part {
  const { kind, replicas, strategy: _, ...others } = made.service;
  if (typeof kind !== "string") return made;
  const keepsReplicas = kind === "StatefulSet" && replicas !== undefined;
  const fix = `it became a ${kind}: correct its kind, or leave it out`;
  const entries = made.entries.map((entry) => {
    const isLost = entry.to?.startsWith("strategy") === true || (entry.to === "replicas" && !keepsReplicas);
    return isLost ? lost({ ...node, path: entry.path, where: entry.where }, `a ${kind} has none`, fix) : entry;
  });
  return { ...made, service: { kind, ...(keepsReplicas && { replicas }), ...others }, entries };
}
