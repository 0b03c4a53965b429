import { suggestion } from "../../lib/text.ts";
import type { EffectiveService } from "../effective.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

type Volume = NonNullable<EffectiveService["service"]["volumes"]>[string];

/** Each volume says enough to be made, and no two things are mounted at one path. */
export const volumes: ServiceRule = (effective, scope) => [
  ...Object.entries(effective.service.volumes ?? {}).flatMap(([name, volume]) =>
    volumeProblems(effective, name, volume, scope),
  ),
  ...mountClashes(effective),
  ...nameClashes(effective),
];

function volumeProblems(effective: EffectiveService, name: string, volume: Volume, { registry }: Scope): Problem[] {
  const path = ["volumes", name];
  const isClaim = (volume.type ?? "persistentVolumeClaim") === "persistentVolumeClaim";
  if (volume.volume !== undefined) return sharedProblems(effective, volume.volume, [...path, "volume"], registry);
  if (volume.claimName !== undefined) return existingProblems(volume, path);
  if ((volume.type === "hostPath") !== (volume.path !== undefined))
    return [
      {
        code: "VOLUME_PATH",
        path,
        message: `the volume "${name}" says ${volume.path === undefined ? "hostPath, and not which path" : "a path of the node, and is no hostPath"}`,
        fix: 'a folder of the node is {"type": "hostPath", "path": "/…"}',
      },
    ];
  if (isClaim && volume.size === undefined)
    return [
      {
        code: "VOLUME_SIZE",
        path,
        message: `the volume "${name}" says no size`,
        fix: 'add "size", or "type": "emptyDir", or "volume" for a shared one',
      },
    ];
  if (volume.volumeClaimTemplate && effective.service.kind !== "StatefulSet")
    return [
      {
        code: "VOLUME_TEMPLATE",
        path: [...path, "volumeClaimTemplate"],
        message: "only a StatefulSet makes one claim per pod",
        fix: 'set "kind": "StatefulSet", or remove volumeClaimTemplate',
      },
    ];
  if (!isClaim && volume.storageClassName !== undefined)
    return [
      {
        code: "VOLUME_CLASS",
        path: [...path, "storageClassName"],
        message: `an ${volume.type} has no storage class`,
        fix: "remove storageClassName",
      },
    ];
  return [];
}

/** A claim that exists already is described by whoever made it. */
function existingProblems(volume: Volume, path: readonly string[]): Problem[] {
  const stray = (["size", "storageClassName", "volumeClaimTemplate", "annotations", "path"] as const).filter(
    (field) => volume[field] !== undefined,
  );
  return stray.map((field) => ({
    code: "VOLUME_EXISTING",
    path: [...path, field],
    message: `claimName means a claim that exists: ${field} says nothing about it`,
    fix: `remove ${field}, or claimName`,
  }));
}

function sharedProblems(
  { name, service }: EffectiveService,
  shared: string,
  path: readonly string[],
  registry: Scope["registry"],
): Problem[] {
  const declared = new Map(Object.entries(registry.volumes ?? {})).get(shared);
  if (!declared)
    return [
      {
        code: "VOLUME_UNKNOWN",
        path,
        message: `there is no shared volume "${shared}"`,
        fix: suggestion(shared, Object.keys(registry.volumes ?? {})),
      },
    ];
  const only = Object.keys(registry.namespaces)[0];
  if ((declared.namespace ?? only) === (service.namespace ?? only)) return [];
  return [
    {
      code: "VOLUME_NAMESPACE",
      path,
      message: `the shared volume "${shared}" is in namespace ${declared.namespace ?? only}, where ${name} cannot mount it`,
      fix: "move one of the two",
    },
  ];
}

function mountClashes({ service }: EffectiveService): Problem[] {
  const owners = new Map<string, string>();
  const mounts = [
    ...Object.entries(service.volumes ?? {}).map(([name, { mountPath }]) => ({
      at: mountPath,
      path: ["volumes", name, "mountPath"],
    })),
    ...Object.keys(service.files ?? {}).map((at) => ({ at, path: ["files", at] })),
  ];
  return mounts.flatMap(({ at, path }) => {
    const folder = at.replace(/(?<=.)\/+$/, "");
    const clash = owners.has(folder);
    owners.set(folder, at);
    return clash
      ? [{ code: "MOUNT_CLASH", path, message: `two things are mounted at ${at}`, fix: "mount one of them elsewhere" }]
      : [];
  });
}

/** Volumes that every pod gets, or that follow from another field, have names of their own. */
function nameClashes({ service }: EffectiveService): Problem[] {
  const taken = new Map([
    ["tmp", "/tmp"],
    ...(service.gpu?.shmSize === undefined ? [] : [["shm", null] as const]),
    ...(Object.keys(service.files ?? {}).length === 0 ? [] : [["files", null] as const]),
  ]);
  return Object.entries(service.volumes ?? {}).flatMap(([name, { mountPath }]) => {
    if (!taken.has(name) || taken.get(name) === mountPath) return [];
    const message = `the pod has another volume of the name "${name}" already`;
    return [{ code: "NAME_RESERVED", path: ["volumes", name], message, fix: "rename the volume" }];
  });
}
