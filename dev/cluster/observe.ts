import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { userError } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { type Rollout, WORKLOAD_KINDS, type Workload, rolloutOf } from "./rollout.ts";
import { releaseStuckPods } from "./stuck-pods.ts";
import { watch } from "../sources/watch.ts";

/**
 * Resolves when every workload among the objects is rolled out and every job is done. Throws a `UserError` when one has
 * failed for good, or after `timeoutMs` (null: waits as long as the session lasts).
 */
export async function observe(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
  timeoutMs: number | null,
  signal: AbortSignal,
): Promise<void> {
  const workloads = objects.filter(({ kind }) => WORKLOAD_KINDS.includes(kind));
  const abort = new AbortController();
  const timer = timeoutMs === null ? undefined : setTimeout(() => abort.abort(), timeoutMs);
  const both = AbortSignal.any([signal, abort.signal]);
  try {
    await Promise.all(workloads.map((object) => observeOne(kubectl, object, both)));
  } finally {
    clearTimeout(timer);
  }
  if (abort.signal.aborted && !signal.aborted) throw tooLate(workloads, timeoutMs ?? 0);
}

async function observeOne(kubectl: Kubectl, { kind, metadata }: KubeObject, signal: AbortSignal): Promise<void> {
  const namespace = metadata.namespace ?? "default";
  const done = new AbortController();
  let last: Rollout = { state: "waiting" };
  const stuck = setInterval(() => void releaseStuckPods(kubectl, kind, metadata.name, namespace, signal), 3000);
  try {
    const args = [kind.toLowerCase(), metadata.name, "--namespace", namespace];
    await watch(
      kubectl,
      args,
      ({ object }) => {
        last = rolloutOf(object as Workload);
        if (last.state !== "waiting") done.abort();
      },
      AbortSignal.any([signal, done.signal]),
    );
  } finally {
    clearInterval(stuck);
  }
  const outcome = last as Rollout;
  if (outcome.state === "failed") throw await failed(kubectl, kind, metadata.name, namespace, outcome.message, signal);
}

async function failed(
  kubectl: Kubectl,
  kind: string,
  name: string,
  namespace: string,
  message: string,
  signal: AbortSignal,
): Promise<Error> {
  if (kind !== "Job")
    return userError(
      "ROLLOUT_FAILED",
      `${kind}/${name} in ${namespace}`,
      message,
      "correct the service in services.json",
    );
  const log = await kubectl.run(["logs", `job/${name}`, "--namespace", namespace, "--tail", "5"], { signal });
  const said = log.stdout.trim().split("\n").at(-1) ?? "";
  return userError(
    "JOB_FAILED",
    `Job/${name} in ${namespace}`,
    `${message}${said === "" ? "" : `; it said: ${said}`}`,
    `correct it and save; then: kubectl -n ${namespace} delete job ${name}`,
  );
}

function tooLate(workloads: readonly KubeObject[], timeoutMs: number): Error {
  const names = workloads.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(", ");
  return userError(
    "ROLLOUT_TIMEOUT",
    names,
    `not Ready after ${Math.round(timeoutMs / 1000)} s`,
    "look at its pods: kubectl describe pods, kubectl logs",
  );
}
