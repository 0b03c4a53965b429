import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { type Pod, isReady, isRunning, serviceOf } from "./pod.ts";
import { type WatchEvent, watch } from "./watch.ts";

/** The platform's pods as the API last told them. */
export interface Pods {
  of(service: string): readonly Pod[];
  /** Calls back whenever a pod of a service has come, changed or gone. */
  onChange(listener: (service: string) => void): void;
}

/** One watch for all pods that were made from a registry of this name, until the signal is aborted. */
export function watchPods(
  kubectl: Kubectl,
  platform: string,
  signal: AbortSignal,
): { readonly pods: Pods; readonly ended: Promise<void> } {
  const byId = new Map<string, Pod>();
  const listeners: ((service: string) => void)[] = [];
  const selector = `app.kubernetes.io/part-of=${platform},app.kubernetes.io/managed-by=slipway`;
  const ended = watch(kubectl, ["pods", "--all-namespaces", "--selector", selector], changed, signal, () =>
    byId.clear(),
  );
  return { pods: { of, onChange: (listener) => void listeners.push(listener) }, ended };

  function changed({ type, object }: WatchEvent): void {
    const pod = object as Pod;
    const id = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    if (type === "DELETED") byId.delete(id);
    else if (type === "ADDED" || type === "MODIFIED") byId.set(id, pod);
    else return;
    for (const listener of listeners) listener(serviceOf(pod));
  }

  function of(service: string): Pod[] {
    return [...byId.values()].filter((pod) => serviceOf(pod) === service);
  }
}

/** The pod to which a forward should lead: the newest that is Ready, else the newest that runs. Jobs serve nothing. */
export function newestPod(pods: readonly Pod[]): Pod | null {
  const serving = pods.filter(
    (pod) => isRunning(pod) && pod.metadata.labels?.["app.kubernetes.io/instance"] === serviceOf(pod),
  );
  const newestFirst = serving.toSorted((a, b) =>
    (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""),
  );
  return newestFirst.find(isReady) ?? newestFirst[0] ?? null;
}
