import { type VerifyResult, runVerify } from "../cluster/verify.ts";
import { count } from "../lib/text.ts";
import type { Command } from "./command.ts";
import { CONTEXT_FLAG, readEnvironment, withCluster } from "./environment.ts";

export const verify: Command = {
  summary: "run the registry's checks of the running thing",
  usage: "ENVIRONMENT [--context NAME]",
  maxPositionals: 1,
  examples: ["npm run verify -- local", "npm run verify -- airgap --context enclave"],
  flags: {
    context: CONTEXT_FLAG,
  },
  details: [
    "Asks each service's `verify` entries: HTTP and TCP through a port-forward (no policy is in its way), exec in a pod,",
    "a route through a pod of the ingress controller with its host; the route's certificate is not verified.",
    "Exit code 1 with a finding for each that fails.",
  ],
  async run(context) {
    const { inputs, model, warnings } = await readEnvironment(context);
    return withCluster(context, inputs, model, async ({ kubectl, context: name }) => {
      const results = await collected(runVerify(kubectl, model, context.progress));
      const failed = results.flatMap(({ finding }) => finding ?? []);
      const summary = `${count(results.length, "check")} in context ${name}: ${failed.length === 0 ? "all well" : `${failed.length} failed`}`;
      return {
        output: results.map(line),
        summary,
        findings: [...warnings, ...failed],
        exitCode: failed.length === 0 ? 0 : 1,
        data: results,
      };
    });
  },
};

function line({ service, name, finding, durationMs }: VerifyResult): string {
  return `${finding ? "failed" : "ok    "}  ${service}  ${name}  ${Math.round(durationMs)} ms`;
}

// Array.fromAsync came with Node 22.
async function collected<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
