import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import type { KubeApi } from "./api/api.ts";
import { kindUnknown, outcomeOf, warningFindings } from "./apply-answer.ts";
import { type Decision, asWritten, decide, decideRefused, mayBeRefused } from "./immutable.ts";
import { replaceable } from "./immutable-replace.ts";
import { type ObjectKey, keyOf } from "./inventory.ts";
import { FIELD_MANAGER, type LiveObject } from "./owned-fields.ts";

/** What a person types to apply as the loop does. */
export const APPLY_ARGS: readonly string[] = [
  "apply",
  "--server-side",
  "--force-conflicts",
  `--field-manager=${FIELD_MANAGER}`,
];

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
const APPLY_QUERY = { fieldManager: FIELD_MANAGER, force: "true", fieldValidation: "Strict" };
const APPLY_TYPE = "application/apply-patch+yaml";

/** What takes so long that whoever waits should know for what. */
const WAITED_FOR: readonly string[] = ["APPLY_NAMESPACE_TERMINATING", "APPLY_WEBHOOK_UNREACHABLE"];

export interface Applier {
  readonly api: KubeApi;
  /** Told once for each text, however often it is said. */
  readonly tell: (finding: Finding) => void;
  readonly mayDeleteData: boolean;
  /** As it was last applied in this session, and as the cluster still has it; null where nobody knows. */
  readonly lastApplied: (key: ObjectKey) => KubeObject | null;
  /** How long to go on trying what may succeed in a moment. */
  readonly patienceMs: (code: string, key: ObjectKey) => number;
}

/** Applies one object, by replacing it where it cannot be changed. Throws a `UserError` for what the API refuses. */
export async function applyObject(applier: Applier, object: KubeObject, signal: AbortSignal): Promise<LiveObject> {
  const key = keyOf(object);
  const path = await pathOf(applier, key, signal);
  const before = await beforeOf(applier, object, path, signal);
  const decision: Decision = before ? decide(before, object, applier.mayDeleteData) : { type: "apply" };
  await prepare(applier, decision, key, path, signal);
  return patch(applier, object, before, path, signal);
}

/** A custom kind is served a moment after its definition. */
async function pathOf(applier: Applier, key: ObjectKey, signal: AbortSignal): Promise<string> {
  const finding = kindUnknown(key);
  const untilMs = performance.now() + applier.patienceMs(finding.code, key);
  for (;;) {
    const path = await applier.api.pathOf(key);
    if (path !== null) return path;
    if (performance.now() > untilMs) throw new UserError([finding]);
    await sleep(100, undefined, { signal });
  }
}

/** Null for what is not there, and for what nothing forbids to change. Of Secrets no value is ever fetched. */
async function beforeOf(
  { api, lastApplied }: Applier,
  object: KubeObject,
  path: string,
  signal: AbortSignal,
): Promise<KubeObject | null> {
  const key = keyOf(object);
  if (!mayBeRefused(key)) return null;
  const last = lastApplied(key);
  if (last || key.kind === "Secret") return last;
  const { status, body } = await api.request("GET", path, { signal });
  return status === 200 ? asWritten(body as LiveObject, object) : null;
}

/** Whatever has to happen before the object can be applied. */
async function prepare(
  { api, tell }: Applier,
  decision: Decision,
  key: ObjectKey,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  if (decision.type === "refuse") throw new UserError([decision.finding]);
  if (decision.type === "apply") return;
  await replaceable(api, key, path, decision.replacement, signal);
  tell(decision.replacement.finding);
}

/** Until it is applied or refused for good. */
async function patch(
  applier: Applier,
  object: KubeObject,
  before: KubeObject | null,
  path: string,
  signal: AbortSignal,
): Promise<LiveObject> {
  const { api, tell, patienceMs } = applier;
  const key = keyOf(object);
  const sinceMs = performance.now();
  let isReplaced = false;
  for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, 1000)) {
    const options = { query: APPLY_QUERY, contentType: APPLY_TYPE, body: object, signal };
    const answer = await api.request("PATCH", path, options);
    warningFindings(key, answer.warnings).forEach(tell);
    const outcome = outcomeOf(key, answer);
    if (outcome.type === "applied") {
      const live = answer.body as LiveObject;
      if (live.metadata.deletionTimestamp === undefined) return live;
      await gone(applier, key, path, signal);
    } else if (outcome.type === "immutable" && !isReplaced) {
      const decision = decideRefused(before, object, outcome.message, applier.mayDeleteData);
      await prepare(applier, decision, key, path, signal);
      isReplaced = true;
    } else {
      const findings = outcome.type === "immutable" ? [immutableStill(key, outcome.message)] : outcome.findings;
      const limitMs = outcome.type === "later" ? Math.max(0, ...findings.map(({ code }) => patienceMs(code, key))) : 0;
      if (performance.now() - sinceMs >= limitMs) throw new UserError(findings);
      for (const finding of findings) if (WAITED_FOR.includes(finding.code)) tell({ ...finding, severity: "warning" });
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** What is being deleted can be applied, and is gone a moment later. */
async function gone(
  { api, patienceMs, tell }: Applier,
  key: ObjectKey,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const finding = deleting(key);
  const untilMs = performance.now() + patienceMs(finding.code, key);
  tell({ ...finding, severity: "warning" });
  for (;;) {
    const { status, body } = await api.request("GET", path, { signal });
    if (status === 404 || (body as LiveObject).metadata?.deletionTimestamp === undefined) return;
    if (performance.now() > untilMs) throw new UserError([finding]);
    await sleep(200, undefined, { signal });
  }
}

function deleting(key: ObjectKey): Finding {
  const { kind, namespace, name } = key;
  const scope = namespace === null ? "" : `-n ${namespace} `;
  return {
    code: "APPLY_DELETING",
    severity: "error",
    where: `${kind}/${name}${namespace === null ? "" : ` in ${namespace}`}`,
    message: "it is being deleted, and is made again when it is gone",
    fix: `what holds it up: kubectl ${scope}get ${kind.toLowerCase()} ${name} -o yaml`,
  };
}

function immutableStill(key: ObjectKey, message: string): Finding {
  return { ...deleting(key), code: "APPLY_IMMUTABLE", message, fix: "write the old value back in services.json" };
}
