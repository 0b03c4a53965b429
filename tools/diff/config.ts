import { isObject, sameJson } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import { listAt, textAt, valueAt } from "./value-at.ts";

/** What a pod reads of a ConfigMap: some keys, or all (null); `path` is the file that a key becomes. */
interface Reading {
  readonly name: string;
  readonly key: string | null;
  readonly path: string | null;
}

/** ConfigMaps of one side, by `namespace/name`. */
export type ConfigMaps = ReadonlyMap<string, KubeObject>;

export function configMapsOf(objects: readonly KubeObject[]): ConfigMaps {
  return new Map(
    objects
      .filter(({ kind }) => kind === "ConfigMap")
      .map((object) => [`${object.metadata.namespace ?? ""}/${object.metadata.name}`, object]),
  );
}

/** The values of ConfigMaps that a pod reads and that change: `/etc/app.conf (ConfigMap/app-files)`, `LEVEL (ConfigMap/app)`. */
export function changedReadings(
  podSpec: unknown,
  namespace: string | null,
  before: ConfigMaps,
  after: ConfigMaps,
): string[] {
  const found = readings(podSpec).flatMap(({ name, key, path }) => {
    const [old, wanted] = [before, after].map((maps) => dataOf(maps.get(`${namespace ?? ""}/${name}`)));
    const keys = key === null ? [...new Set([...Object.keys(old ?? {}), ...Object.keys(wanted ?? {})])] : [key];
    return keys
      .filter((one) => !sameJson(old?.[one], wanted?.[one]))
      .map((one) => `${path ?? one} (ConfigMap/${name})`);
  });
  return [...new Set(found)].toSorted();
}

function dataOf(map: KubeObject | undefined): Readonly<Record<string, unknown>> {
  const [data, binaryData] = [map?.["data"], map?.["binaryData"]];
  return { ...(isObject(data) && data), ...(isObject(binaryData) && binaryData) };
}

function readings(podSpec: unknown): Reading[] {
  const containers = [...listAt(podSpec, "initContainers"), ...listAt(podSpec, "containers")];
  return [
    ...containers.flatMap((container) => [
      ...listAt(container, "envFrom").flatMap((from) => reading(textAt(from, "configMapRef.name"), null, null)),
      ...listAt(container, "env").flatMap((variable) =>
        reading(
          textAt(variable, "valueFrom.configMapKeyRef.name"),
          textAt(variable, "valueFrom.configMapKeyRef.key"),
          null,
        ),
      ),
    ]),
    ...listAt(podSpec, "volumes").flatMap((volume) => volumeReadings(volume, containers)),
  ];
}

function volumeReadings(volume: unknown, containers: readonly unknown[]): Reading[] {
  const sources = [
    valueAt(volume, "configMap"),
    ...listAt(volume, "projected.sources").map((one) => valueAt(one, "configMap")),
  ];
  const mounts = containers
    .flatMap((container) => listAt(container, "volumeMounts"))
    .filter((mount) => valueAt(mount, "name") === valueAt(volume, "name"));
  return sources.flatMap((source) => {
    const items = listAt(source, "items");
    if (items.length === 0) return reading(textAt(source, "name"), null, null);
    return items.flatMap((item) =>
      reading(textAt(source, "name"), textAt(item, "key"), mountedAt(textAt(item, "path") ?? "", mounts)),
    );
  });
}

/** Where a file of a volume appears in a container. */
function mountedAt(path: string, mounts: readonly unknown[]): string | null {
  for (const mount of mounts) {
    const [mountPath, subPath] = [textAt(mount, "mountPath") ?? "", textAt(mount, "subPath")];
    if (subPath === path) return mountPath;
    if (subPath === null) return `${mountPath}/${path}`;
  }
  return null;
}

function reading(name: string | null, key: string | null, path: string | null): Reading[] {
  return name === null ? [] : [{ name, key, path }];
}
