import { platformLabels } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export const priorityClass: Kind = {
  home: "cluster",
  ofPlatform: ({ priorityClasses, platform }) =>
    priorityClasses.map(({ name, pointer, description, value, globalDefault, preemptionPolicy }) => ({
      pointer,
      slug: name,
      object: {
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name, labels: platformLabels(platform) },
        // `kubectl describe` shows it, so that no comment has to.
        ...compact({ description, value, globalDefault, preemptionPolicy }),
      },
    })),
};
