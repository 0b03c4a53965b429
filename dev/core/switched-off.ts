import type { KubeObject } from "../../tools/render/object.ts";
import type { Drawing } from "./target.ts";

const SCALED: readonly string[] = ["Deployment", "StatefulSet"];

/** The same objects without pods: what is disabled takes no memory, and keeps its address and its data. Pure. */
export function switchedOff({ objects, digest }: Drawing): Drawing {
  const kept = objects.filter(({ kind }) => kind !== "HorizontalPodAutoscaler").map(withoutPods);
  return { objects: kept, digest: `${digest}-off` };
}

function withoutPods(object: KubeObject): KubeObject {
  if (!SCALED.includes(object.kind)) return object;
  const spec = (object as { readonly spec?: object }).spec;
  return { ...object, spec: { ...spec, replicas: 0 } } as KubeObject;
}
