import type { JsonObject } from "../lib/merge.ts";
import type { ServicePatch } from "./schema/service.ts";

// The weakest layer under every service. What it hardens is what Pod Security `restricted` and the usual linters ask for;
// a written value always wins, and a check then asks for a reason.

/** Above 10000, so that no account of a node shares it. */
const USER_ID = 10001;

const identity = {
  runAsNonRoot: true,
  runAsUser: USER_ID,
  runAsGroup: USER_ID,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

const size = { cpu: "250m", memory: "256Mi", "ephemeral-storage": "512Mi" };

export const serviceDefaults = {
  kind: "Deployment",
  replicas: 1,
  imagePullPolicy: "IfNotPresent",
  terminationGracePeriodSeconds: 30,
  podDisruptionBudget: { maxUnavailable: 1 },
  resources: { requests: size, limits: size },
  securityContext: {
    pod: { ...identity, fsGroup: USER_ID, fsGroupChangePolicy: "OnRootMismatch" },
    // Repeated for containers: some scanners read only these.
    container: {
      ...identity,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  },
} as const satisfies ServicePatch;

/** Under every init container and sidecar: hardened as the service is, and small. */
export const extraContainerDefaults = {
  resources: {
    requests: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
    limits: { cpu: "250m", memory: "128Mi", "ephemeral-storage": "128Mi" },
  },
  securityContext: serviceDefaults.securityContext.container,
} as const;

/** Defaults that only some services want; `written` is what all other layers say together. */
export function derivedDefaults(written: JsonObject): ServicePatch {
  const budget = written["podDisruptionBudget"] as { minAvailable?: unknown } | undefined;
  const pod = (written["securityContext"] as { pod?: Record<string, unknown> } | undefined)?.pod ?? {};
  const followed = Object.fromEntries(Object.keys(identity).flatMap((key) => (key in pod ? [[key, pod[key]]] : [])));
  return {
    // What a pod says of its user, its containers must not take back.
    ...(Object.keys(followed).length > 0 && { securityContext: { container: followed } }),
    // `minAvailable` and `maxUnavailable` exclude each other: the written one drops the default.
    ...(budget?.minAvailable !== undefined && { podDisruptionBudget: { maxUnavailable: null } }),
  };
}

/** Whether Slipway itself says something at a path of a service, under every layer. */
export function builtInDefault(path: readonly (string | number)[]): boolean {
  return (
    path.reduce<unknown>(
      (value, step) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
      serviceDefaults,
    ) !== undefined
  );
}
