import type { Service } from "../schema/service.ts";
import type { Path } from "../source.ts";
import type { Problem, ServiceRule } from "./rule.ts";

const HANDLERS = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

/** Probes: one handler each, on a port that is declared. Verify checks: one kind each. */
export const containers: ServiceRule = ({ service }) => [
  ...handlerProblems(service, []),
  ...Object.entries(service.sidecars ?? {}).flatMap(([name, sidecar]) => handlerProblems(sidecar, ["sidecars", name])),
  ...verifyProblems(service),
];

type Handled = Pick<Service, "probes" | "lifecycle">;

function handlerProblems(program: Handled, at: Path): Problem[] {
  return [...probeProblems(program, at), ...hookProblems(program, at)];
}

function hookProblems({ lifecycle = {} }: Handled, at: Path): Problem[] {
  return Object.entries(lifecycle).flatMap(([name, hook]) => {
    if (Object.keys(hook ?? {}).length === 1) return [];
    const path = [...at, "lifecycle", name];
    const message = `the hook ${name} must say exactly one of exec, httpGet, sleep`;
    return [{ code: "HOOK_HANDLER", path, message, fix: "keep one of them" }];
  });
}

function probeProblems(service: Handled, at: Path): Problem[] {
  return Object.entries(service.probes ?? {}).flatMap(([name, probe]) => {
    const handlers = HANDLERS.filter((handler) => probe?.[handler] !== undefined);
    if (handlers.length === 1) return [];
    const message =
      handlers.length === 0
        ? `the ${name} probe says no way to probe`
        : `the ${name} probe says ${handlers.join(" and ")}`;
    return [
      {
        code: "PROBE_HANDLER",
        path: [...at, "probes", name],
        message,
        fix: "write exactly one of httpGet, tcpSocket, exec, grpc (null removes an inherited one)",
      },
    ];
  });
}

function verifyProblems(service: Service): Problem[] {
  return Object.entries(service.verify ?? {}).flatMap(([name, check]) => {
    const kinds = [check.http, check.route, check.tcp, check.exec].filter((kind) => kind !== undefined);
    if (kinds.length === 1) return [];
    return [
      {
        code: "VERIFY_KIND",
        path: ["verify", name],
        message: `the check "${name}" must say exactly one of http, route, tcp, exec`,
        fix: "keep one; write several checks for several questions",
      },
    ];
  });
}
