import { runVerify } from "../cluster/verify.ts";
import { count } from "../lib/text.ts";
import { environmentModel } from "../model/model.ts";
import { readInputs } from "../registry/read.ts";
import type { Command } from "./command.ts";
import { environmentOf, lockFor } from "./secrets.ts";

export const verify: Command = {
  summary: "run the registry's checks of the running thing",
  usage: "ENVIRONMENT [--context NAME]",
  maxPositionals: 1,
  examples: ["npm run verify -- local", "npm run verify -- airgap --context enclave"],
  flags: {
    context: {
      type: "string",
      value: "NAME",
      description: "kubectl context; must be named for clusters that are not local",
    },
  },
  details: [
    "Asks each service's `verify` entries: HTTP and TCP through a port-forward (no policy is in its way), exec in a pod.",
    "Exit code 1 with a finding for each that fails.",
  ],
  async run(context) {
    const { inputs, warnings } = await readInputs(context.root);
    const model = environmentModel(inputs, environmentOf(inputs, context.positionals));
    const cluster = await lockFor(context, inputs, model);
    try {
      const results = await runVerify(cluster.kubectl, model, context.progress);
      const failed = results.flatMap(({ finding }) => finding ?? []);
      const output = results.map(
        ({ service, name, finding, durationMs }) =>
          `${finding ? "failed" : "ok    "}  ${service}  ${name}  ${Math.round(durationMs)} ms`,
      );
      const summary = `${count(results.length, "check")} in context ${cluster.context}: ${failed.length === 0 ? "all well" : `${failed.length} failed`}`;
      return {
        output,
        summary,
        findings: [...warnings, ...failed],
        exitCode: failed.length === 0 ? 0 : 1,
        data: results,
      };
    } finally {
      await cluster.release();
    }
  },
};
