import { type LockedCluster, lockCluster, remoteCluster } from "../cluster/context-lock.ts";
import { type Finding, userError } from "../lib/errors.ts";
import { suggestion } from "../lib/text.ts";
import { type Model, environmentModel } from "../model/model.ts";
import { type Inputs, readInputs } from "../registry/read.ts";
import type { CommandContext, CommandFlag, CommandResult } from "./command.ts";

export const CONTEXT_FLAG: CommandFlag = {
  type: "string",
  value: "NAME",
  description: "kubectl context; must be named for clusters that are not local",
};

/** The registry as the environment that stands on the command line sees it. */
export async function readEnvironment({ root, positionals }: CommandContext): Promise<{
  readonly inputs: Inputs;
  readonly model: Model;
  readonly warnings: readonly Finding[];
}> {
  const { inputs, warnings } = await readInputs(root);
  return { inputs, model: environmentModel(inputs, environmentOf(inputs, positionals)), warnings };
}

/** Runs `use` with the environment's cluster, and lets go of it whatever happens. */
export async function withCluster(
  context: CommandContext,
  inputs: Inputs,
  model: Model,
  use: (cluster: LockedCluster) => Promise<CommandResult>,
): Promise<CommandResult> {
  const cluster = await lockFor(context, inputs, model);
  try {
    return await use(cluster);
  } finally {
    await cluster.release();
  }
}

/** The one environment that a command is asked for. */
export function environmentOf({ registry }: Inputs, positionals: readonly string[]): string {
  const known = Object.keys(registry.environments);
  const [name] = positionals;
  if (name === undefined)
    throw userError("ENVIRONMENT_MISSING", "command line", "say for which environment", `one of ${known.join(", ")}`);
  if (!known.includes(name))
    throw userError(
      "ENVIRONMENT_UNKNOWN",
      "command line",
      `there is no environment "${name}"`,
      suggestion(name, known),
    );
  return name;
}

/** Local environments go to a cluster that is proven to be this machine's; others only to a context that is named. */
async function lockFor({ exec, root, flags }: CommandContext, inputs: Inputs, model: Model): Promise<LockedCluster> {
  const context = typeof flags["context"] === "string" ? flags["context"] : undefined;
  if (model.profile === "local") {
    const allowedContexts = inputs.registry.environments[model.environment ?? ""]?.cluster?.allowedContexts ?? [];
    return lockCluster({ exec, root, allowedContexts, ...(context !== undefined && { context }) });
  }
  if (context !== undefined) return remoteCluster({ exec, context });
  throw userError(
    "CONTEXT_NOT_NAMED",
    `environment ${model.environment}`,
    "this environment is not local: its cluster must be named",
    "add --context NAME (kubectl config get-contexts lists them)",
  );
}
