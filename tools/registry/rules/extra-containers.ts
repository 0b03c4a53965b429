import { suggestion } from "../../lib/text.ts";
import type { InitContainer, Service, Sidecar } from "../schema/service.ts";
import type { Path } from "../source.ts";
import type { Problem, ServiceRule } from "./rule.ts";

/** Init containers and sidecars: names of their own in the pod, and volumes, files and ports that fit the service's. */
export const extraContainers: ServiceRule = ({ name, service }) => {
  const extras = extrasOf(service);
  return [
    ...nameProblems(name, service, extras),
    ...extras.flatMap((extra) => [...volumeProblems(service, extra), ...fileProblems(service, extra)]),
    ...portProblems(service),
  ];
};

interface Extra {
  readonly name: string;
  readonly written: InitContainer | Sidecar;
  readonly path: Path;
}

function extrasOf(service: Service): Extra[] {
  return [
    ...(service.initContainers ?? []).map((written, i) => ({
      name: written.name,
      written,
      path: ["initContainers", i],
    })),
    ...Object.entries(service.sidecars ?? {}).map(([name, written]) => ({ name, written, path: ["sidecars", name] })),
  ];
}

function nameProblems(name: string, service: Service, extras: readonly Extra[]): Problem[] {
  const before = Object.entries(service.jobs ?? {}).filter(
    ([, { as, when }]) => (as ?? (when === "preDeploy" ? "initContainer" : "job")) === "initContainer",
  );
  const taken = new Set([service.containerName ?? name, ...before.map(([job]) => job)]);
  return extras.flatMap((extra): Problem[] => {
    const isTaken = taken.has(extra.name);
    taken.add(extra.name);
    if (!isTaken) return [];
    const message = `the pod has another container of the name "${extra.name}"`;
    return [{ code: "CONTAINER_CLASH", path: extra.path, message, fix: "rename one of the two" }];
  });
}

function volumeProblems(service: Service, { written, path }: Extra): Problem[] {
  const known = [...Object.keys(service.volumes ?? {}), "tmp", ...(service.gpu?.shmSize === undefined ? [] : ["shm"])];
  return Object.keys(written.volumeMounts ?? {}).flatMap((volume) =>
    known.includes(volume)
      ? []
      : [
          {
            code: "VOLUME_UNKNOWN",
            path: [...path, "volumeMounts", volume],
            message: `the service has no volume "${volume}"`,
            fix: suggestion(volume, known),
          },
        ],
  );
}

function fileProblems(service: Service, { written, path }: Extra): Problem[] {
  const known = Object.keys(service.files ?? {});
  return (written.files ?? []).flatMap((file, i) =>
    known.includes(file)
      ? []
      : [
          {
            code: "FILE_UNKNOWN",
            path: [...path, "files", i],
            message: `the service has no file ${file}`,
            fix: suggestion(file, known),
          },
        ],
  );
}

/** One network for the whole pod: no two of its containers can listen on one port. */
function portProblems(service: Service): Problem[] {
  const owners = new Map(
    Object.values(service.ports ?? {}).map((port) => [
      `${port.containerPort}/${port.protocol ?? "TCP"}`,
      "the service",
    ]),
  );
  return Object.entries(service.sidecars ?? {}).flatMap(([name, { ports = {} }]) =>
    Object.entries(ports).flatMap(([port, { containerPort, protocol = "TCP" }]): Problem[] => {
      const id = `${containerPort}/${protocol}`;
      const owner = owners.get(id);
      owners.set(id, name);
      if (owner === undefined) return [];
      const path = ["sidecars", name, "ports", port];
      const message = `${owner} listens on ${id} already, and a pod has one network`;
      return [{ code: "PORT_CLASH", path, message, fix: "give the sidecar another port" }];
    }),
  );
}
