import { sortKeys, sortedEntries } from "../lib/merge.ts";
import type { EnvValue, Service } from "../registry/schema/service.ts";
import type { FileModel } from "./config.ts";
import { type EnvVariable, orderedVariables } from "./environment-variables.ts";
import { type MountModel, fileMounts, volumeMounts } from "./mount.ts";
import type { VolumeModel } from "./volume.ts";

/** One container of a pod, with nothing left to look up. */
export interface ContainerModel {
  readonly name: string;
  /** Null for the one that serves: the service has the words. */
  readonly description: string | null;
  /** Final reference. */
  readonly image: string;
  readonly imagePullPolicy: "Always" | "IfNotPresent" | "Never";
  readonly command: readonly string[] | null;
  readonly args: readonly string[] | null;
  readonly workingDir: string | null;
  readonly ports: readonly ContainerPort[];
  readonly env: readonly EnvVariable[];
  readonly envFrom: readonly EnvFromModel[];
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: NonNullable<NonNullable<Service["securityContext"]>["container"]>;
  readonly probes: NonNullable<Service["probes"]>;
  readonly lifecycle: NonNullable<Service["lifecycle"]>;
  readonly mounts: readonly MountModel[];
  /** `Always` makes an init container a sidecar: it keeps running, and ends after the others. */
  readonly restartPolicy: "Always" | null;
}

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
  readonly hostPort: number | null;
  readonly protocol: "TCP" | "UDP" | "SCTP";
}

export interface EnvFromModel {
  readonly kind: "secret" | "config";
  readonly name: string;
  readonly prefix: string | null;
}

/** What a service's containers share: what they may mount, and how texts resolve. */
export interface Surroundings {
  readonly volumes: readonly VolumeModel[];
  readonly files: readonly FileModel[];
  /** Variables that env files give. */
  readonly envFileVariables: Readonly<Record<string, EnvValue>>;
  readonly resolve: (text: string) => string;
}

/** The container that serves. */
export function mainContainer(name: string, service: Service, image: string, around: Surroundings): ContainerModel {
  const { resolve, volumes, files, envFileVariables } = around;
  return {
    name: service.containerName ?? name,
    description: null,
    image,
    imagePullPolicy: service.imagePullPolicy ?? "IfNotPresent",
    command: service.command?.map(resolve) ?? null,
    args: service.args?.map(resolve) ?? null,
    workingDir: service.workingDir ?? null,
    ports: sortedEntries(service.ports).map(([port, { containerPort, hostPort = null, protocol = "TCP" }]) => ({
      name: port,
      containerPort,
      hostPort,
      protocol,
    })),
    env: orderedVariables({ ...envFileVariables, ...service.env }, resolve),
    envFrom: [...ownConfig(name, service), ...envFromModels(service.envFrom)],
    resources: resourcesOf(service),
    securityContext: service.securityContext?.container ?? {},
    probes: service.probes ?? {},
    lifecycle: service.lifecycle ?? {},
    mounts: [...volumeMounts(volumes), ...fileMounts(files)],
    restartPolicy: null,
  };
}

/** Requests and limits, the GPU among them: it can be neither overcommitted nor shared. */
export function resourcesOf(service: Pick<Service, "resources" | "gpu">): ContainerModel["resources"] {
  const gpu = service.gpu ? { [service.gpu.resourceName ?? "nvidia.com/gpu"]: String(service.gpu.count) } : {};
  return {
    requests: sortKeys({ ...service.resources?.requests, ...gpu }),
    limits: sortKeys({ ...service.resources?.limits, ...gpu }),
  };
}

export function envFromModels(written: Service["envFrom"]): EnvFromModel[] {
  return (written ?? []).map((from) =>
    "secret" in from
      ? { kind: "secret", name: from.secret, prefix: from.prefix ?? null }
      : { kind: "config", name: from.config, prefix: from.prefix ?? null },
  );
}

function ownConfig(name: string, service: Service): EnvFromModel[] {
  return service.config ? [{ kind: "config", name: service.config.name ?? name, prefix: null }] : [];
}
