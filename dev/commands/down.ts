import { count } from "../../tools/lib/text.ts";
import { removeEverything } from "../cluster/remove-everything.ts";
import type { DevCommand, Invocation } from "./command.ts";
import { withCluster } from "./open.ts";

export const down: DevCommand = {
  name: "down",
  usage: "[--volumes]",
  summary: "delete what the loop has put into the cluster; with --volumes also claims, their data and the namespaces",
  run: (invocation) =>
    withCluster(invocation, async ({ read, api }) => {
      const { withVolumes, signal } = invocation;
      const removal = await removeEverything(api, read.inputs.registry.name, read.target.environment, {
        withVolumes,
        signal,
      });
      print(invocation, removal);
      return 0;
    }),
};

function print(
  { isJson, paint, print: say }: Invocation,
  removal: { readonly deleted: readonly string[]; readonly kept: readonly string[] },
): void {
  if (isJson) return say(`${JSON.stringify(removal)}\n`);
  for (const title of removal.deleted) say(`${paint("red", "-")} ${title}\n`);
  for (const title of removal.kept) say(`${paint("yellow", "=")} ${title}\n`);
  const kept =
    removal.kept.length === 0 ? "" : `; ${removal.kept.length} stay: npm run dev -- down --volumes deletes them too`;
  say(`${paint("bold", "slipway")}  ${count(removal.deleted.length, "object")} deleted${kept}\n`);
}
