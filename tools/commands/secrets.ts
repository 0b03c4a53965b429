import type { LockedCluster } from "../cluster/context-lock.ts";
import type { SecretPlan } from "../cluster/secrets-plan.ts";
import { type CreatedSecrets, createSecrets } from "../cluster/secrets.ts";
import { type Finding, hasErrors } from "../lib/errors.ts";
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
    "anew gets the same ones; a Secret that says `envFile` gets those of that file, which git must not track. A Secret",
    "that exists is never changed. Values are never printed.",
  ],
  async run(context) {
    const { inputs, model, warnings } = await readEnvironment(context);
    if (context.flags["print"] === true) return printed(model);
    return withCluster(context, inputs, model, async (cluster) => {
      const plan = await createSecrets(context.root, model, cluster, context.exec, context.progress);
      const result = reported(plan, model, cluster);
      return { ...result, findings: [...warnings, ...result.findings] };
    });
  },
};

function reported(plan: CreatedSecrets, model: Model, cluster: LockedCluster): CommandResult {
  const findings = [...plan.findings, ...plan.missing.flatMap((one) => missingFinding(one, model, plan.findings))];
  const output = plan.create.map(
    ({ secret }) => `created ${secret.namespace}/${secret.name} (${Object.keys(secret.keys).join(", ")})`,
  );
  const summary = `${count(plan.create.length, "Secret")} created in context ${cluster.context}, ${plan.present.length} there already`;
  const data = {
    created: plan.create.map(({ secret }) => `${secret.namespace}/${secret.name}`),
    present: plan.present.map((secret) => `${secret.namespace}/${secret.name}`),
  };
  return { output, summary, findings, exitCode: hasErrors(findings) ? 1 : 0, data };
}

/** None for a Secret whose file is at fault, which is told already. */
function missingFinding(
  { secret, keys }: SecretPlan["missing"][number],
  model: Model,
  told: readonly Finding[],
): Finding[] {
  if (keys.length === 0 && told.some(({ where }) => where === secret.envFile)) return [];
  const where = `namespace/${secret.namespace} Secret/${secret.name}`;
  const found = (message: string, fix: string): Finding[] => [
    { code: "SECRET_MISSING", severity: "error", where, message, fix },
  ];
  if (keys.length > 0)
    return found(`it exists, but has no key ${keys.join(", ")}`, `create it: ${printedBy(model)} shows how`);
  if (secret.from === "externalSecret")
    return found(
      "it does not exist: the External Secrets operator has not made it",
      `apply the overlay, then ask: kubectl describe externalsecret ${secret.name} --namespace ${secret.namespace}`,
    );
  return found("it does not exist, and it is not ours to make", `create it: ${printedBy(model)} shows how`);
}

function printedBy({ environment }: Model): string {
  return `npm run secrets -- ${environment} --print`;
}

function printed(model: Model): CommandResult {
  const output = model.secrets.map((secret) => createSecret(secret, "."));
  return { output, summary: null, findings: [], exitCode: 0, data: output };
}
