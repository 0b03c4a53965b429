import type { LockedCluster } from "../cluster/context-lock.ts";
import type { SecretPlan } from "../cluster/secrets-plan.ts";
import { createSecrets } from "../cluster/secrets.ts";
import { count } from "../lib/text.ts";
import type { Model } from "../model/model.ts";
import { createSecret } from "../operations/secrets.ts";
import type { Command, CommandResult } from "./command.ts";
import { CONTEXT_FLAG, readEnvironment, withCluster } from "./environment.ts";

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
    context: CONTEXT_FLAG,
  },
  details: [
    "Generated values are kept in .slipway/secrets/<environment>.yaml (mode 0600, ignored by git), so that a cluster made",
    "anew gets the same ones. A Secret that exists is never changed. Values are never printed.",
  ],
  async run(context) {
    const { inputs, model, warnings } = await readEnvironment(context);
    if (context.flags["print"] === true) return printed(model);
    return withCluster(context, inputs, model, async (cluster) => {
      const plan = await createSecrets(context.root, model, cluster, context.progress);
      const result = reported(plan, model, cluster);
      return { ...result, findings: [...warnings, ...result.findings] };
    });
  },
};

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
  const output = model.secrets.map((secret) => createSecret(secret, "."));
  return { output, summary: null, findings: [], exitCode: 0, data: output };
}
