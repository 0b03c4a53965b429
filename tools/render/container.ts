import { sortKeys } from "../lib/merge.ts";
import type { ContainerModel } from "../model/container.ts";
import type { EnvVariable } from "../model/environment-variables.ts";
import type { FileModel } from "../model/config.ts";
import type { ServiceModel } from "../model/service.ts";
import { compact } from "./object.ts";

/** Name of the volume that holds all of a service's files. */
export const FILES_VOLUME = "files";

/** `main`: what serves. `init`: runs before it in the same pod. `job`: runs in a pod of its own. */
export type Role = "main" | "init" | "job";

/** A container in Kubernetes' shape, fields in conventional order. */
export function renderContainer(container: ContainerModel, service: ServiceModel, role: Role): Record<string, unknown> {
  return compact({
    name: container.name,
    image: container.image,
    imagePullPolicy: container.imagePullPolicy,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    ports:
      role === "main"
        ? service.ports.map((port) => ({ name: port.name, containerPort: port.containerPort, protocol: port.protocol }))
        : [],
    envFrom: container.envFrom.map(({ kind, name, prefix }) => ({
      ...(prefix !== null && { prefix }),
      [kind === "secret" ? "secretRef" : "configMapRef"]: { name },
    })),
    env: container.env.map(renderVariable),
    resources: compact({ requests: container.resources.requests, limits: container.resources.limits }),
    ...renderProbes(container),
    securityContext: sortKeys(container.securityContext),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: mounts(service, role),
  });
}

function renderProbes({ probes }: ContainerModel): Record<string, unknown> {
  return { startupProbe: probes.startup, livenessProbe: probes.liveness, readinessProbe: probes.readiness };
}

function renderVariable({ name, value }: EnvVariable): Record<string, unknown> {
  if (typeof value === "string") return { name, value };
  if ("secret" in value) return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
  if ("config" in value) return { name, valueFrom: { configMapKeyRef: { name: value.config, key: value.key } } };
  if ("field" in value) return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  return { name, valueFrom: { resourceFieldRef: { resource: value.resource } } };
}

/** A job's pod has only files and scratch space: a claim may be held by the pod that serves. */
function mounts(service: ServiceModel, role: Role): readonly Record<string, unknown>[] {
  const volumes = service.volumes.filter((volume) => role !== "job" || volume.source.type === "emptyDir");
  return [
    ...volumes.map(({ name, mountPath, subPath, readOnly }) =>
      compact({ name, mountPath, subPath, readOnly: readOnly || null }),
    ),
    ...service.files.map((file) => ({
      name: FILES_VOLUME,
      mountPath: file.path,
      subPath: fileSubPath(file),
      readOnly: true,
    })),
  ];
}

/** Where a file lies in the projected volume: one folder per source, so that equal keys of two Secrets stay apart. */
export function fileSubPath({ from }: FileModel): string {
  return `${from.kind}/${from.name}/${from.key}`;
}
