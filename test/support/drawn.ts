import type { KubeObject } from "../../tools/render/object.ts";
import { id } from "./applied.ts";

// Objects as the renderer draws them, of kinds and with fields that a test needs.

export function drawn(
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string | null,
  fields: object,
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== null && { namespace }),
      labels: { "app.kubernetes.io/managed-by": "slipway", "app.kubernetes.io/part-of": id },
    },
    ...fields,
  };
}

/** A pod template that runs as nobody and ends at once when it is told to. */
export function template(app: string, version = "1"): object {
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: "main", image: "busybox:1.36", command: ["sleep", "infinity"], env: [{ name: "V", value: version }] },
      ],
    },
  };
}
