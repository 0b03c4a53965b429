import type { InitContainer, Job, Service, Sidecar } from "./schema/service.ts";
import type { Path } from "./source.ts";

/** What runs in a container: the service itself, its jobs, its init containers, its sidecars. */
export interface Program {
  readonly written: Service | Job | InitContainer | Sidecar;
  /** Within the service. */
  readonly path: Path;
}

/** Everything of a service that has a command, variables and sources of them. */
export function programsOf(service: Service): Program[] {
  return [
    { written: service, path: [] },
    ...Object.entries(service.jobs ?? {}).map(([name, written]) => ({ written, path: ["jobs", name] })),
    ...(service.initContainers ?? []).map((written, i) => ({ written, path: ["initContainers", i] })),
    ...Object.entries(service.sidecars ?? {}).map(([name, written]) => ({ written, path: ["sidecars", name] })),
  ];
}

/** Where the values of a service's variables and files come from, with their places. */
export function valueSources(service: Service): { readonly from: unknown; readonly path: Path }[] {
  const ofPrograms = programsOf(service).flatMap(({ written, path }) => [
    ...Object.entries(written.env ?? {}).map(([key, from]) => ({ from, path: [...path, "env", key] })),
    ...("envFrom" in written
      ? (written.envFrom ?? []).map((from, i) => ({ from, path: [...path, "envFrom", i] }))
      : []),
  ]);
  const files = Object.entries(service.files ?? {}).map(([key, from]) => ({ from, path: ["files", key] }));
  return [...ofPrograms, ...files];
}
