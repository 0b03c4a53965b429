import { mergeLayers, sortedEntries } from "../lib/merge.ts";
import { extraContainerDefaults } from "../registry/defaults.ts";
import type { InitContainer, Service, Sidecar } from "../registry/schema/service.ts";
import { type ContainerModel, type Surroundings, envFromModels, resourcesOf } from "./container.ts";
import { orderedVariables } from "./environment-variables.ts";
import { type MountModel, fileMounts, volumeMounts } from "./mount.ts";

/** What runs before a service and beside it, in the order in which the kubelet starts it. */
export interface ExtraContainers {
  /** Native sidecars first: what runs to its end before the service may need them. */
  readonly before: readonly ContainerModel[];
  readonly beside: readonly ContainerModel[];
}

/** `imageOf` gives the reference that the environment deploys; `own` is the service's image. */
export function extraContainers(
  service: Service,
  own: string,
  imageOf: (written: string) => string,
  around: Surroundings,
): ExtraContainers {
  const make = (name: string, written: InitContainer | Sidecar): ContainerModel =>
    extraContainer(name, written, written.image === undefined ? own : imageOf(written.image), service, around);
  const sidecars = sortedEntries(service.sidecars).map(([name, written]) => ({
    isNative: written.native ?? true,
    container: { ...make(name, written), ...sidecarPart(written) },
  }));
  return {
    before: [
      ...sidecars
        .filter(({ isNative }) => isNative)
        .map(({ container }) => ({ ...container, restartPolicy: "Always" as const })),
      ...(service.initContainers ?? []).map((written) => make(written.name, written)),
    ],
    beside: sidecars.filter(({ isNative }) => !isNative).map(({ container }) => container),
  };
}

function sidecarPart(written: Sidecar): Pick<ContainerModel, "ports" | "probes" | "lifecycle"> {
  return {
    ports: sortedEntries(written.ports).map(([name, { containerPort, protocol = "TCP" }]) => ({
      name,
      containerPort,
      hostPort: null,
      protocol,
    })),
    probes: written.probes ?? {},
    lifecycle: written.lifecycle ?? {},
  };
}

function extraContainer(
  name: string,
  written: InitContainer | Sidecar,
  image: string,
  service: Service,
  around: Surroundings,
): ContainerModel {
  const { resolve } = around;
  return {
    name,
    description: written.description ?? null,
    image,
    imagePullPolicy: service.imagePullPolicy ?? "IfNotPresent",
    command: written.command?.map(resolve) ?? null,
    args: written.args?.map(resolve) ?? null,
    workingDir: written.workingDir ?? null,
    ports: [],
    env: orderedVariables(written.env, resolve),
    envFrom: envFromModels(written.envFrom),
    resources: resourcesOf({
      resources: mergeLayers([extraContainerDefaults.resources, written.resources]) as Service["resources"],
    }),
    securityContext: securityContextOf(written, service),
    probes: {},
    lifecycle: {},
    mounts: mountsOf(written, around),
    restartPolicy: null,
  };
}

/** Hardened as every container is; of the service it takes the user, and none of what it relaxes. */
function securityContextOf(written: InitContainer | Sidecar, service: Service): ContainerModel["securityContext"] {
  const pod = service.securityContext?.pod ?? {};
  const identity = Object.fromEntries(
    (["runAsNonRoot", "runAsUser", "runAsGroup", "seccompProfile"] as const).flatMap((key) =>
      pod[key] === undefined ? [] : [[key, pod[key]]],
    ),
  );
  return mergeLayers([extraContainerDefaults.securityContext, identity, written.securityContext]);
}

function mountsOf(written: InitContainer | Sidecar, { volumes, files }: Surroundings): MountModel[] {
  const seen = written.volumeMounts
    ? sortedEntries(written.volumeMounts).map(([name, { mountPath, subPath = null, readOnly = false }]) => ({
        name,
        mountPath,
        subPath,
        readOnly,
      }))
    : volumeMounts(volumes);
  const wanted = written.files;
  return [...withTmp(seen, volumes), ...fileMounts(wanted ? files.filter(({ path }) => wanted.includes(path)) : files)];
}

/** The root file system is read-only for every container: each gets the pod's /tmp unless something else lies there. */
function withTmp(mounts: readonly MountModel[], volumes: Surroundings["volumes"]): MountModel[] {
  const tmp = volumes.filter(({ name, mountPath }) => name === "tmp" && mountPath === "/tmp");
  const isThere = mounts.some(({ mountPath }) => mountPath === "/tmp");
  return isThere ? [...mounts] : [...mounts, ...volumeMounts(tmp)];
}
