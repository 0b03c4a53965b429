import type { Finding } from "../../tools/lib/errors.ts";
import type { KubeApi } from "./api/api.ts";
import { deleteOptions } from "./immutable-replace.ts";
import { DATA_KINDS } from "./immutable.ts";
import { type ObjectKey, idOf, titleOf } from "./inventory.ts";
import { isOurs } from "./ours.ts";
import { type LiveObject } from "./owned-fields.ts";
import { outcomeOf } from "./apply-answer.ts";

/** What has become of an object that should go. `kept`: it stays, and why is told. `gone`: there was nothing to delete. */
export type Pruned =
  | { readonly type: "deleted" | "gone" }
  | { readonly type: "kept"; readonly finding: Finding }
  | { readonly type: "failed"; readonly findings: readonly Finding[] };

export interface PruneRules {
  readonly platform: string;
  /** `--prune-data`: also what holds data that nothing brings back. */
  readonly mayDeleteData: boolean;
}

/** Deletes an object of an inventory, if it is still ours to delete. */
export async function pruneObject(
  api: KubeApi,
  key: ObjectKey,
  rules: PruneRules,
  signal: AbortSignal,
): Promise<Pruned> {
  const path = await api.pathOf(key);
  if (path === null) return { type: "gone" };
  const { status, body } = await api.request("GET", path, { signal });
  if (status === 404) return { type: "gone" };
  const live = body as LiveObject;
  if (live.metadata.deletionTimestamp !== undefined) return { type: "gone" };
  const finding = whyKept(key, live, rules);
  if (finding) return { type: "kept", finding };
  const answer = await api.request("DELETE", path, { body: deleteOptions(live, "Background"), signal });
  if (answer.status < 300 || answer.status === 404 || answer.status === 409) return { type: "deleted" };
  const outcome = outcomeOf(key, answer);
  return { type: "failed", findings: "findings" in outcome ? outcome.findings : [] };
}

/** Why an object that is drawn no more is not deleted; null where it is. Pure. */
export function whyKept(key: ObjectKey, live: LiveObject, { platform, mayDeleteData }: PruneRules): Finding | null {
  if (!isOurs(live, platform)) return kept(key, "it carries no label of ours", "");
  if (!DATA_KINDS.includes(key.kind) || mayDeleteData) return null;
  return kept(key, "what it holds cannot be brought back", ", or start with --prune-data");
}

/** Whom an object belongs to that two inventories list: it has moved, and its new owner keeps it. */
export function isOwnedElsewhere(
  key: ObjectKey,
  ledgers: readonly { readonly service: string | null; readonly entries: ReadonlyMap<string, unknown> }[],
  service: string | null,
): boolean {
  return ledgers.some((other) => other.service !== service && other.entries.has(idOf(key)));
}

function kept(key: ObjectKey, why: string, more: string): Finding {
  const { kind, namespace, name } = key;
  const scope = namespace === null ? "" : `-n ${namespace} `;
  return {
    code: "PRUNE_KEPT",
    severity: "warning",
    where: titleOf(key),
    message: `services.json has it no more, and it was not deleted: ${why}`,
    fix: `kubectl ${scope}delete ${kind.toLowerCase()} ${name}${more}`,
  };
}
