import type { KubeObject } from "../../tools/render/object.ts";
import type { Drawing } from "./target.ts";

interface Spec {
  readonly template?: { readonly spec?: { readonly nodeSelector?: object } };
}

const withoutReplicas = (spec: Spec): object => ({ ...spec, replicas: 0 });
// Ends the pods of a Job that runs. A run of a CronJob that has begun goes on.
const suspended = (spec: Spec): object => ({ ...spec, suspend: true });

/** How the pods of a kind are taken away while its object is kept. */
const OFF: Readonly<Record<string, (spec: Spec) => object>> = {
  Deployment: withoutReplicas,
  StatefulSet: withoutReplicas,
  DaemonSet: onNoNode,
  Job: suspended,
  CronJob: suspended,
};

/** Whether there is anything to switch off: an address outside the cluster has no pods. */
export function hasPods({ objects }: Drawing): boolean {
  return objects.some(({ kind }) => Object.hasOwn(OFF, kind));
}

/** The same objects without pods: what is disabled takes no memory, and keeps its address and its data. Pure. */
export function switchedOff({ objects, digest }: Drawing): Drawing {
  const kept = objects.filter(({ kind }) => kind !== "HorizontalPodAutoscaler").map(withoutPods);
  return { objects: kept, digest: `${digest}-off` };
}

function withoutPods(object: KubeObject): KubeObject {
  const off = OFF[object.kind];
  return off ? { ...object, spec: off((object["spec"] ?? {}) as Spec) } : object;
}

/** It has no number of pods: one on each node that its selector takes, and this one takes none. */
function onNoNode({ template, ...spec }: Spec): Spec {
  const nodeSelector = { ...template?.spec?.nodeSelector, "slipway.dev/disabled": "true" };
  return { ...spec, template: { ...template, spec: { ...template?.spec, nodeSelector } } };
}
