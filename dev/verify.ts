import type { LockedCluster } from "../tools/cluster/context-lock.ts";
import { runVerify } from "../tools/cluster/verify.ts";
import { environmentModel } from "../tools/model/model.ts";
import type { ReadTarget } from "./sources/registry.ts";
import type { Display } from "./ui/display.ts";

/** The registry's checks of what the session runs, each told as it ends. Whether all is well. */
export async function verifyRunning(
  { inputs, target }: ReadTarget,
  { kubectl }: LockedCluster,
  display: Display,
): Promise<boolean> {
  const model = environmentModel(inputs, target.environment);
  const running = new Set(target.services.map(({ name }) => name));
  const services = model.services.filter(({ name }) => running.has(name));
  let isWell = true;
  for await (const result of runVerify(kubectl, { ...model, services }, () => undefined)) {
    display.verified(result);
    isWell &&= result.finding === null;
  }
  return isWell;
}
