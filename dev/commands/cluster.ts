import { userError } from "../../tools/lib/errors.ts";
import { createKindCluster, deleteKindCluster } from "../kind/create.ts";
import { clusterName } from "../kind/config.ts";
import { readTarget } from "../sources/registry.ts";
import type { DevCommand, Invocation } from "./command.ts";

export const cluster: DevCommand = {
  name: "cluster",
  usage: "create|delete",
  summary: "make the kind cluster that environments.<env>.cluster describes, or take it away",
  async run(invocation) {
    const [verb] = invocation.words;
    if (verb === "create") return create(invocation);
    if (verb === "delete") return remove(invocation);
    throw userError("USAGE", "command line", "cluster needs a word: create or delete", "npm run dev -- cluster create");
  },
};

async function create(invocation: Invocation): Promise<number> {
  const { inputs, target } = await readTarget(invocation.root, invocation);
  const name = clusterName(inputs.registry, target.environment);
  const settings = inputs.registry.environments[target.environment]?.cluster ?? {};
  const context = await createKindCluster(
    invocation.exec,
    { name, settings, root: invocation.root, files: inputs.files },
    sayDim(invocation),
  );
  invocation.print(`${invocation.paint("bold", "slipway")}  cluster ${name} runs; its context is ${context}\n`);
  return 0;
}

async function remove(invocation: Invocation): Promise<number> {
  const { inputs, target } = await readTarget(invocation.root, invocation);
  const name = clusterName(inputs.registry, target.environment);
  await deleteKindCluster(invocation.exec, name, sayDim(invocation));
  const mounts = inputs.registry.environments[target.environment]?.cluster?.extraMounts ?? [];
  const kept = mounts.map(({ hostPath }) => hostPath).join(", ");
  invocation.print(
    `${invocation.paint("bold", "slipway")}  cluster ${name} is gone${kept === "" ? "" : `; ${kept} stays`}\n`,
  );
  return 0;
}

function sayDim({ print, paint }: Invocation): (line: string) => void {
  return (line) => print(`${paint("dim", line)}\n`);
}
