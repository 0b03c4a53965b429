import type { Path } from "../../registry/source.ts";
import { SYNC_NAME } from "../../registry/develop.ts";
import { type Match, type Rule, registry, rule, service } from "../rule.ts";
import { developed, developedProgram, roomForFiles, storageForFiles } from "./develop.ts";

/** Of one container; `{container}` was captured before. */
export const CONTAINER: readonly Rule[] = [
  [
    "name",
    (match) => [own(match, "containerName"), own(match, "name"), rule("the name by which the registry knows it")],
  ],
  [
    "image",
    (match) => [
      own(match, "image"),
      service("image"),
      registry("environments", match.environment, "registry"),
      registry("environments", match.environment, "imagePins"),
    ],
  ],
  ["imagePullPolicy", () => [service("imagePullPolicy")]],
  ["restartPolicy", () => [rule("a native sidecar: it starts before the service and ends after it")]],
  ["command **", (match) => [...developedProgram(match), own(match, "command"), service("command")]],
  ["args **", (match) => [...developedProgram(match), own(match, "args"), service("args")]],
  ["workingDir", (match) => [own(match, "workingDir"), service("workingDir")]],
  ["ports {port} name", (match) => [own(match, "ports", at(match, "port"))]],
  ["ports {port} hostPort", (match) => [own(match, "ports", at(match, "port"), "hostPort")]],
  ["ports {port} containerPort", (match) => [own(match, "ports", at(match, "port"), "containerPort")]],
  [
    "ports {port} protocol",
    (match) => [own(match, "ports", at(match, "port"), "protocol"), rule("TCP, where nothing else is written")],
  ],
  ["envFrom **", (match) => [own(match, "envFrom"), service("envFrom"), service("config")]],
  [
    "env {variable} **",
    (match) => [
      ...developed(match, "env", at(match, "variable")),
      own(match, "env", at(match, "variable")),
      service("env", at(match, "variable")),
      service("envFile"),
    ],
  ],
  ["resources {what} nvidia.com/gpu", () => [service("gpu", "count")]],
  [
    "resources {what} {resource}",
    (match) => [
      own(match, "resources", at(match, "what"), at(match, "resource")),
      service("resources", at(match, "what"), at(match, "resource")),
      ...(at(match, "resource") === "ephemeral-storage" ? storageForFiles(match) : []),
      service("gpu", "count"),
      rule("small, and limited: a container of the pod that says nothing of its size"),
    ],
  ],
  [
    "startupProbe **",
    (match) => [own(match, "probes", "startup", ...indexed(match.tail)), own(match, "probes", "startup")],
  ],
  [
    "livenessProbe **",
    (match) => [own(match, "probes", "liveness", ...indexed(match.tail)), own(match, "probes", "liveness")],
  ],
  [
    "readinessProbe **",
    (match) => [own(match, "probes", "readiness", ...indexed(match.tail)), own(match, "probes", "readiness")],
  ],
  ["lifecycle **", (match) => [own(match, "lifecycle", ...indexed(match.tail)), own(match, "lifecycle")]],
  [
    "securityContext **",
    (match) => [
      ...(program(match).length > 0 ? [own(match, "securityContext", ...match.tail)] : []),
      service("securityContext", "container", ...indexed(match.tail)),
      service("securityContext", "container", match.tail[0] ?? ""),
      service("securityContext", "pod", ...indexed(match.tail)),
      rule("hardened: what Pod Security restricted asks of every container"),
    ],
  ],
  ["terminationMessagePolicy", () => [rule("the last lines of its log say why a container ended")]],
  ["volumeMounts {mount} **", mountCauses],
];

/** A mount is known by its path: a file, or a volume where this container or the service sees it. */
function mountCauses(match: Match): ReturnType<Rule[1]> {
  const { effective } = match;
  const path = at(match, "mount");
  const [volume] = Object.entries(effective?.volumes ?? {}).find(([, { mountPath }]) => mountPath === path) ?? [];
  return [
    ...(volume === undefined ? [] : [service("volumes", volume)]),
    service("files", path),
    ...(path === "/dev/shm" ? [service("gpu", "shmSize")] : []),
    ...roomForFiles(match, path === `/${SYNC_NAME}` ? undefined : path),
    ...(path === "/tmp" ? [rule("a writable /tmp: the root file system is read-only")] : []),
    own(match, "volumeMounts"),
  ];
}

/** The program's own path first; the service's, where that is another one, comes from the rules. */
function own(match: Match, ...path: Path): ReturnType<typeof service> {
  return service(...program(match), ...path);
}

function program(match: Match): Path {
  return match.programOf(at(match, "container"));
}

function at({ captures }: Match, name: string): string {
  return captures[name] ?? "";
}

/** `[0]` → 0: the registry's lists know no names. */
function indexed(path: readonly string[]): Path {
  return path.map((step) => (/^\[\d+\]$/.test(step) ? Number(step.slice(1, -1)) : step));
}
