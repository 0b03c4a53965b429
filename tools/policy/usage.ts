import { parseQuantity } from "../lib/quantity.ts";
import type { Subject } from "./check.ts";
import { objectsAt, textAt } from "./fields.ts";
import { type Container, type Pod, pods, replicasOf } from "./pods.ts";

/**
 * The most that the pods of a namespace may ask for at once of one of a quota's resources (`requests.cpu`,
 * `limits.memory`, `requests.nvidia.com/gpu`, `pods`, `requests.storage`): every replica, the surge of a rolling update,
 * every Job, and init containers where they ask for more than what runs after them.
 */
export function usageOf(subject: Subject, namespace: string, resource: string): number | null {
  const own = pods(subject).filter((pod) => pod.namespace === namespace);
  if (resource === "pods" || resource === "count/pods") return sum(own.map((pod) => podsOf(pod, subject)));
  if (resource === "requests.storage") return storageOf(subject, namespace);
  const [, side = "requests", name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
  if (!/^(cpu|memory|ephemeral-storage)$|\//.test(name)) return null;
  return sum(own.map((pod) => podsOf(pod, subject) * perPodOf(pod, side as "requests" | "limits", name)));
}

/** Pods at once: a rolling update adds its surge, a CronJob one run. */
function podsOf(pod: Pod, subject: Subject): number {
  const { object } = pod.object;
  if (pod.kind === "Job") return Number(textAt(object, "spec", "parallelism") || 1);
  if (pod.kind === "CronJob") return Number(textAt(object, "spec", "jobTemplate", "spec", "parallelism") || 1);
  const replicas = replicasOf(pod, subject, "most");
  if (pod.kind !== "Deployment" || textAt(object, "spec", "strategy", "type") === "Recreate") return replicas;
  const surge = textAt(object, "spec", "strategy", "rollingUpdate", "maxSurge") || "25%";
  const share = Number.parseInt(surge, 10);
  return replicas + (surge.endsWith("%") ? Math.ceil((replicas * share) / 100) : share);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers */
function perPodOf({ containers }: Pod, side: "requests" | "limits", name: string): number {
  const amount = ({ resources }: Container): number =>
    parseQuantity(resources[side][name] ?? (side === "requests" ? resources.limits[name] : undefined) ?? "0") ?? 0;
  const isSidecar = (one: Container): boolean => one.isInit && one.written["restartPolicy"] === "Always";
  const running = sum(containers.filter((one) => !one.isInit || isSidecar(one)).map(amount));
  const first = Math.max(0, ...containers.filter((one) => one.isInit && !isSidecar(one)).map(amount));
  return Math.max(running, first);
}

function storageOf(subject: Subject, namespace: string): number {
  return sum(
    subject.placed
      .filter(({ object }) => object.metadata.namespace === namespace)
      .map(({ object }) => {
        const own = object.kind === "PersistentVolumeClaim" ? storage(object) : 0;
        const each = sum(objectsAt(object, "spec", "volumeClaimTemplates").map(storage));
        return own + each * Number(textAt(object, "spec", "replicas") || 1);
      }),
  );
}

function storage(claim: unknown): number {
  return parseQuantity(textAt(claim, "spec", "resources", "requests", "storage")) ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
