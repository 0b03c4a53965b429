import { suggestion } from "../../lib/text.ts";
import type { Service } from "../schema/service.ts";
import type { Path } from "../source.ts";
import { type Problem, type Scope, type ServiceRule, oncePerScope } from "./rule.ts";

/** Ports do not clash (the API refuses two of one number and protocol), and whoever names a port names one that exists. */
export const ports: ServiceRule = (effective, scope) => {
  const { service } = effective;
  return [
    ...clashes(service),
    ...namedPorts(service).flatMap(({ port, path }) => known(service, port, path)),
    ...forwardClashes(effective.name, service, scope),
  ];
};

/** One finding a port: a service port that follows from its container port clashes there already. */
function clashes(service: Service): Problem[] {
  const entries = Object.entries(service.ports ?? {});
  return entries.flatMap(([name, port], i) =>
    (["containerPort", "servicePort"] as const)
      .flatMap((field): Problem[] => {
        const number = numberOf(port, field);
        const other = entries.slice(0, i).find(([, earlier]) => numberOf(earlier, field) === number)?.[0];
        if (other === undefined) return [];
        const path = ["ports", name, port[field] === undefined ? "containerPort" : field];
        const message = `the ports ${other} and ${name} are both ${field} ${number}`;
        return [
          { code: "PORT_CLASH", path, message, fix: "one name is enough for one port; give the other its own number" },
        ];
      })
      .slice(0, 1),
  );
}

function numberOf(port: NonNullable<Service["ports"]>[string], field: "containerPort" | "servicePort"): string {
  return `${port[field] ?? port.containerPort}/${port.protocol ?? "TCP"}`;
}

/** Every place where a service names one of its ports. */
function namedPorts(service: Service): { readonly port: string | number; readonly path: Path }[] {
  const probes = Object.entries(service.probes ?? {}).flatMap(([name, probe]) => [
    ...(probe?.httpGet ? [{ port: probe.httpGet.port, path: ["probes", name, "httpGet", "port"] }] : []),
    ...(probe?.tcpSocket ? [{ port: probe.tcpSocket.port, path: ["probes", name, "tcpSocket", "port"] }] : []),
    ...(probe?.grpc ? [{ port: probe.grpc.port, path: ["probes", name, "grpc", "port"] }] : []),
  ]);
  const checks = Object.entries(service.verify ?? {}).flatMap(([name, check]) => [
    ...(check.http ? [{ port: check.http.port, path: ["verify", name, "http", "port"] }] : []),
    ...(check.tcp ? [{ port: check.tcp.port, path: ["verify", name, "tcp", "port"] }] : []),
  ]);
  const routes = Object.entries(service.routes ?? {}).map(([name, route]) => ({
    port: route.port,
    path: ["routes", name, "port"],
  }));
  const forwards = Object.keys(service.develop?.portForward ?? {}).map((port) => ({
    port,
    path: ["develop", "portForward", port],
  }));
  const metrics = service.metrics ? [{ port: service.metrics.port, path: ["metrics", "port"] }] : [];
  const extra = Object.entries(service.extraServices ?? {}).flatMap(([key, { ports: shown = {} }]) =>
    Object.keys(shown).map((port) => ({ port, path: ["extraServices", key, "ports", port] })),
  );
  const callers = Object.entries(service.networkPolicy?.allowFrom ?? {}).flatMap(([key, from]) =>
    (from.ports ?? []).map((port, i) => ({ port, path: ["networkPolicy", "allowFrom", key, "ports", i] })),
  );
  return [...probes, ...checks, ...routes, ...forwards, ...metrics, ...extra, ...callers];
}

function known(service: Service, port: string | number, path: Path): Problem[] {
  const names = Object.keys(service.ports ?? {});
  const numbers = Object.values(service.ports ?? {}).map((declared) => declared.containerPort);
  if (typeof port === "string" ? names.includes(port) : numbers.includes(port)) return [];
  return [
    {
      code: "PORT_UNKNOWN",
      path,
      message: `there is no port "${port}"`,
      fix:
        typeof port === "string"
          ? suggestion(port, names)
          : `declared: ${numbers.join(", ") || "none"}; add it to "ports"`,
    },
  ];
}

const forwardsOf = oncePerScope((scope) =>
  [...scope.services.values()].flatMap((one) =>
    Object.entries(one.service.develop?.portForward ?? {}).map(([port, hostPort]) => ({
      id: `${one.name}/${port}`,
      hostPort,
    })),
  ),
);

function forwardClashes(name: string, service: Service, scope: Scope): Problem[] {
  return Object.entries(service.develop?.portForward ?? {}).flatMap(([port, hostPort]) => {
    const own = `${name}/${port}`;
    const other = forwardsOf(scope).find((one) => one.hostPort === hostPort && one.id < own);
    if (!other) return [];
    const message = `${other.id} and ${own} both want port ${hostPort} of this machine`;
    const path = ["develop", "portForward", port];
    return [{ code: "FORWARD_CLASH", path, message, fix: "give one of them another port" }];
  });
}
