import type { KubeApi, Watcher } from "../cluster/api/api.ts";
import { type Pod, serviceOf } from "./pod.ts";

/** The platform's pods as the API last told them. */
export interface Pods {
  /** Those that came last are last. */
  of(service: string): readonly Pod[];
  /** Calls back whenever a pod of a service has come, changed or gone. */
  onChange(listener: (service: string) => void): void;
}

/** What marks everything that was made from a registry of this name. */
export function selectorOf(platform: string): string {
  return `app.kubernetes.io/part-of=${platform},app.kubernetes.io/managed-by=slipway`;
}

/** One watch for all pods that were made from a registry of this name, until the signal is aborted. */
export function watchPods(
  api: KubeApi,
  platform: string,
  signal: AbortSignal,
): { readonly pods: Pods; readonly ended: Promise<void> } {
  const { pods, watcher } = podList();
  const ended = api.watch("/api/v1/pods", { labelSelector: selectorOf(platform) }, watcher, signal);
  return { pods, ended };
}

/** Pods, and the watcher that keeps them up to date. */
export function podList(): { readonly pods: Pods; readonly watcher: Watcher } {
  const byName = new Map<string, Pod>();
  const listeners: ((service: string) => void)[] = [];
  const tell = (pod: Pod): void => listeners.forEach((listener) => listener(serviceOf(pod)));
  const of = (service: string): Pod[] => [...byName.values()].filter((pod) => serviceOf(pod) === service);
  return { pods: { of, onChange: (listener) => void listeners.push(listener) }, watcher: { onList, onEvent } };

  /** The listed ones follow at once. What is not among them went while nobody looked; until then nothing is missing. */
  function onList(): void {
    const before = new Map(byName);
    queueMicrotask(() => {
      for (const [name, pod] of before) if (byName.get(name) === pod) remove(name, pod);
    });
  }

  function onEvent(type: "ADDED" | "MODIFIED" | "DELETED", object: unknown): void {
    const pod = object as Pod;
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (type === "DELETED") return remove(name, pod);
    // A StatefulSet gives the name of a pod to its successor, which has come last.
    if (byName.get(name)?.metadata.uid !== pod.metadata.uid) byName.delete(name);
    byName.set(name, pod);
    tell(pod);
  }

  function remove(name: string, pod: Pod): void {
    byName.delete(name);
    tell(pod);
  }
}
