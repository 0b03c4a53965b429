import { lockCluster } from "../../tools/cluster/context-lock.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { type Check, type Machine, finding } from "./check.ts";

export const context: Check = {
  title: "cluster",
  async look(machine) {
    try {
      return await evidence(machine);
    } catch (error) {
      if (error instanceof UserError && error.findings[0]) return error.findings[0];
      throw error;
    }
  },
};

async function evidence({
  read,
  exec,
  root,
  context: name,
  dockerHost,
}: Machine): Promise<string | ReturnType<typeof finding>> {
  const allowedContexts =
    "code" in read ? [] : (read.inputs.registry.environments[read.target.environment]?.cluster?.allowedContexts ?? []);
  const cluster = await lockCluster({
    exec,
    root,
    allowedContexts,
    ...(name !== null && { context: name }),
    ...(dockerHost !== undefined && { dockerHost }),
  });
  try {
    const answer = await cluster.kubectl.run(["get", "--raw", "/readyz"], { timeoutMs: 10_000 });
    if (answer.exitCode !== 0)
      return finding(
        "CLUSTER_UNREACHABLE",
        cluster.server,
        "its API server does not answer",
        "start the cluster, or make one: npm run dev -- cluster create",
      );
    return `${cluster.context} (${cluster.evidence})`;
  } finally {
    await cluster.release();
  }
}
