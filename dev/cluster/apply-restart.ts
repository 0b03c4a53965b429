import { UserError } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import type { KubeApi } from "./api/api.ts";
import { outcomeOf } from "./apply-answer.ts";
import { keyOf } from "./inventory.ts";

const RESTARTED_KINDS: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet"];

/** As `kubectl rollout restart` does it, and by another manager than applies: so the next apply leaves it alone. */
export async function restartPods(api: KubeApi, objects: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  const body = { spec: { template: { metadata: { annotations } } } };
  for (const key of objects.filter(({ kind }) => RESTARTED_KINDS.includes(kind)).map(keyOf)) {
    const path = (await api.pathOf(key)) ?? "";
    const query = { fieldManager: "slipway-restart" };
    const contentType = "application/strategic-merge-patch+json";
    const outcome = outcomeOf(key, await api.request("PATCH", path, { query, contentType, body, signal }));
    if ("findings" in outcome) throw new UserError(outcome.findings);
  }
}
