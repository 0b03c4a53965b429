import { sortKeys } from "../lib/merge.ts";
import type { Service } from "../registry/schema/service.ts";
import { type EnvVariable, orderedVariables } from "./environment-variables.ts";

export interface ContainerModel {
  readonly name: string;
  /** Final reference. */
  readonly image: string;
  readonly imagePullPolicy: "Always" | "IfNotPresent" | "Never";
  readonly command: readonly string[] | null;
  readonly args: readonly string[] | null;
  readonly workingDir: string | null;
  readonly env: readonly EnvVariable[];
  readonly envFrom: readonly {
    readonly kind: "secret" | "config";
    readonly name: string;
    readonly prefix: string | null;
  }[];
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: NonNullable<NonNullable<Service["securityContext"]>["container"]>;
  readonly probes: NonNullable<Service["probes"]>;
}

export function containerModel(
  name: string,
  service: Service,
  image: string,
  resolve: (text: string) => string,
): ContainerModel {
  return {
    name: service.containerName ?? name,
    image,
    imagePullPolicy: service.imagePullPolicy ?? "IfNotPresent",
    command: service.command?.map(resolve) ?? null,
    args: service.args?.map(resolve) ?? null,
    workingDir: service.workingDir ?? null,
    env: orderedVariables(service.env, resolve),
    envFrom: [...ownConfig(name, service), ...(service.envFrom ?? []).map(envFromModel)],
    resources: resourcesOf(service),
    securityContext: service.securityContext?.container ?? {},
    probes: service.probes ?? {},
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

function ownConfig(name: string, service: Service): ContainerModel["envFrom"] {
  return service.config ? [{ kind: "config", name: service.config.name ?? name, prefix: null }] : [];
}

function envFromModel(from: NonNullable<Service["envFrom"]>[number]): ContainerModel["envFrom"][number] {
  return "secret" in from
    ? { kind: "secret", name: from.secret, prefix: from.prefix ?? null }
    : { kind: "config", name: from.config, prefix: from.prefix ?? null };
}
