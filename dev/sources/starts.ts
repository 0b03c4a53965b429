import type { KubeApi } from "../cluster/api/api.ts";
import type { Pod } from "./pod.ts";

/** Which pods have a program that runs: nodes tell it in an event at once, and in the pod's status up to a second later. */
export interface Starts {
  has(pod: Pod): boolean;
  /** When it was told, in milliseconds of `performance.now()`; null where only the pod's status says it, or nothing. */
  toldMs(pod: Pod): number | null;
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
  const told = new Map<string, number>();
  const waiting = new Set<() => void>();
  const onEvent = (type: string, object: unknown): void => {
    const { uid = "", fieldPath = "" } = (object as StartedEvent).involvedObject;
    // A sidecar is an init container: that it runs says nothing of the service.
    if (!fieldPath.startsWith("spec.containers")) return;
    if (type === "DELETED") return void told.delete(uid);
    told.set(uid, performance.now());
    for (const wake of waiting) wake();
  };
  const query = { fieldSelector: "reason=Started,involvedObject.kind=Pod" };
  const ended = api.watch("/api/v1/events", query, { onList: () => undefined, onEvent }, signal);
  const has = ({ metadata: { uid = "" }, status }: Pod): boolean =>
    told.has(uid) || (status?.containerStatuses ?? []).some(({ state }) => state?.running !== undefined);
  const toldMs = ({ metadata: { uid = "" } }: Pod): number | null => told.get(uid) ?? null;
  return { starts: { has, toldMs, next: (timeoutMs) => woken(waiting, timeoutMs) }, ended };
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
