import { sortKeys } from "../lib/merge.ts";
import type { ContainerModel } from "../model/container.ts";
import type { EnvVariable } from "../model/environment-variables.ts";
import { compact } from "./object.ts";

/** A container in Kubernetes' shape, fields in conventional order. */
export function renderContainer(container: ContainerModel): Record<string, unknown> {
  const { probes } = container;
  return compact({
    name: container.name,
    image: container.image,
    imagePullPolicy: container.imagePullPolicy,
    restartPolicy: container.restartPolicy,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    ports: container.ports.map(({ name, containerPort, hostPort, protocol }) =>
      compact({ name, containerPort, hostPort, protocol }),
    ),
    envFrom: container.envFrom.map(({ kind, name, prefix }) => ({
      ...(prefix !== null && { prefix }),
      [kind === "secret" ? "secretRef" : "configMapRef"]: { name },
    })),
    env: container.env.map(renderVariable),
    resources: compact({ requests: container.resources.requests, limits: container.resources.limits }),
    startupProbe: probes.startup,
    livenessProbe: probes.liveness,
    readinessProbe: probes.readiness,
    lifecycle: container.lifecycle,
    securityContext: sortKeys(container.securityContext),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: container.mounts.map(({ name, mountPath, subPath, readOnly }) =>
      compact({ name, mountPath, subPath, readOnly: readOnly || null }),
    ),
  });
}

function renderVariable({ name, value }: EnvVariable): Record<string, unknown> {
  if (typeof value === "string") return { name, value };
  if ("secret" in value) return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
  if ("config" in value) return { name, valueFrom: { configMapKeyRef: { name: value.config, key: value.key } } };
  if ("field" in value) return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  return { name, valueFrom: { resourceFieldRef: { resource: value.resource } } };
}
