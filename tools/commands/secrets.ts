import { userError } from "../lib/errors.ts";
import { count, suggestion } from "../lib/text.ts";
import { type Model, environmentModel } from "../model/model.ts";
import { type LockedCluster, lockCluster, remoteCluster } from "../cluster/context-lock.ts";
import { type SecretPlan, planSecrets } from "../cluster/secrets-plan.ts";
import { applyNamespaces, applySecrets, existingSecrets, keepGenerated, keptValues } from "../cluster/secrets.ts";
import { type Inputs, readInputs } from "../registry/read.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";

export const secrets: Command = {
  summary: "create the Secrets that an environment needs and that are not there yet",
  usage: "ENVIRONMENT [--print] [--context NAME]",
  maxPositionals: 1,
  examples: [
    "npm run secrets -- local",
    "npm run secrets -- airgap --print              # the kubectl commands, without values",
    "npm run secrets -- staging --context staging   # a cluster that is not this machine's own",
  ],
  flags: {
    print: {
      type: "boolean",
      description: "print the kubectl commands that create them, without values; touch nothing",
    },
    context: {
      type: "string",
      value: "NAME",
      description: "kubectl context; must be named for clusters that are not local",
    },
  },
  details: [
    "Generated values are kept in .slipway/secrets/<environment>.yaml (mode 0600, ignored by git), so that a cluster made",
    "anew gets the same ones. A Secret that exists is never changed. Values are never printed.",
  ],
  async run(context) {
    const { inputs, warnings } = await readInputs(context.root);
    const model = environmentModel(inputs, environmentOf(inputs, context.positionals));
    if (context.flags["print"] === true) return printed(model);
    const cluster = await lockFor(context, inputs, model);
    try {
      const plan = await createSecrets(context.root, model, cluster, context.progress);
      return { ...reported(plan, model, cluster), findings: [...warnings, ...reported(plan, model, cluster).findings] };
    } finally {
      await cluster.release();
    }
  },
};

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
export async function lockFor(
  { exec, root, flags }: CommandContext,
  inputs: Inputs,
  model: Model,
): Promise<LockedCluster> {
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

/** Namespaces first, then what is missing. What is done is what the plan says. */
export async function createSecrets(
  root: string,
  model: Model,
  cluster: LockedCluster,
  progress: (message: string) => void,
): Promise<SecretPlan> {
  const environment = model.environment ?? "";
  progress(`context ${cluster.context}: ${cluster.evidence}`);
  await applyNamespaces(cluster.kubectl, model);
  const plan = planSecrets(
    model.secrets,
    await existingSecrets(cluster.kubectl, model.secrets),
    await keptValues(root, environment),
  );
  await keepGenerated(root, environment, plan.kept);
  await applySecrets(cluster.kubectl, plan.create);
  return plan;
}

function reported(plan: SecretPlan, model: Model, cluster: LockedCluster): CommandResult {
  const findings = plan.missing.map(({ secret, keys }) => ({
    code: "SECRET_MISSING",
    severity: "error" as const,
    where: `namespace/${secret.namespace} Secret/${secret.name}`,
    message:
      keys.length === 0
        ? "it does not exist, and it is not ours to make"
        : `it exists, but has no key ${keys.join(", ")}`,
    fix: `create it: npm run secrets -- ${model.environment} --print shows how`,
  }));
  const output = plan.create.map(
    ({ secret }) => `created ${secret.namespace}/${secret.name} (${Object.keys(secret.keys).join(", ")})`,
  );
  const summary = `${count(plan.create.length, "Secret")} created in context ${cluster.context}, ${plan.present.length} there already`;
  const data = {
    created: plan.create.map(({ secret }) => `${secret.namespace}/${secret.name}`),
    present: plan.present.map((secret) => `${secret.namespace}/${secret.name}`),
  };
  return { output, summary, findings, exitCode: findings.length === 0 ? 0 : 1, data };
}

function printed(model: Model): CommandResult {
  const output = model.secrets.map(({ name, namespace, type, keys }) => {
    const literals = Object.keys(keys).map((key) => `--from-file=${key}=./${name}.${key}`);
    if (type === "kubernetes.io/tls")
      return `kubectl create secret tls ${name} --namespace=${namespace} --cert=./${name}.crt --key=./${name}.key`;
    return [
      `kubectl create secret generic ${name} --namespace=${namespace}`,
      ...(type === "Opaque" ? [] : [`--type=${type}`]),
      ...literals,
    ].join(" ");
  });
  return { output, summary: null, findings: [], exitCode: 0, data: output };
}
