import type { KubeApi } from "../cluster/api/api.ts";
import type { Pod } from "./pod.ts";

/** Which pods have a program that runs: nodes tell it in an event at once, and in the pod's status up to a second later. */
export interface Starts {
  has(pod: Pod): boolean;
  /** Resolves as soon as any container starts, at the latest after `timeoutMs`. */
  next(timeoutMs: number): Promise<void>;
}

interface StartedEvent {
  readonly involvedObject: { readonly uid?: string; readonly fieldPath?: string };
}

/** One watch for all pods of the cluster, until the signal is aborted. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export function watchStarts(
  api: KubeApi,
  signal: AbortSignal,
): { readonly starts: Starts; readonly ended: Promise<void> } {
  const uids = new Set<string>();
  const waiting = new Set<() => void>();
  const onEvent = (type: string, object: unknown): void => {
    const { uid = "", fieldPath = "" } = (object as StartedEvent).involvedObject;
    // A sidecar is an init container: that it runs says nothing of the service.
    if (!fieldPath.startsWith("spec.containers")) return;
    if (type === "DELETED") return void uids.delete(uid);
    uids.add(uid);
    for (const wake of waiting) wake();
  };
  const query = { fieldSelector: "reason=Started,involvedObject.kind=Pod" };
  const ended = api.watch("/api/v1/events", query, { onList: () => undefined, onEvent }, signal);
  const has = ({ metadata: { uid = "" }, status }: Pod): boolean =>
    uids.has(uid) || (status?.containerStatuses ?? []).some(({ state }) => state?.running !== undefined);
  return { starts: { has, next: (timeoutMs) => woken(waiting, timeoutMs) }, ended };
}

function woken(waiting: Set<() => void>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, timeoutMs);
    waiting.add(wake);
  });
}
