import { suggestion } from "../../lib/text.ts";
import type { Service } from "../schema/service.ts";
import type { Path } from "../source.ts";
import type { Problem, ServiceRule } from "./rule.ts";

/** Ports do not clash (the API refuses two of one number and protocol), and whoever names a port names one that exists. */
export const ports: ServiceRule = (effective, scope) => {
  const { service } = effective;
  return [
    ...clashes(service, "containerPort"),
    ...clashes(service, "servicePort"),
    ...namedPorts(service).flatMap(({ port, path }) => known(service, port, path)),
    ...forwardClashes(effective.name, service, scope),
  ];
};

function clashes(service: Service, field: "containerPort" | "servicePort"): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(service.ports ?? {}).flatMap(([name, port]) => {
    const number = port[field] ?? port.containerPort;
    const key = `${number}/${port.protocol ?? "TCP"}`;
    const other = owners.get(key);
    owners.set(key, name);
    if (other === undefined) return [];
    return [
      {
        code: "PORT_CLASH",
        path: ["ports", name, ...(port[field] === undefined ? ["containerPort"] : [field])],
        message: `the ports ${other} and ${name} are both ${field} ${key}`,
        fix: "one name is enough for one port; give the other its own number",
      },
    ];
  });
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
  return [...probes, ...checks, ...routes, ...forwards, ...metrics];
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

function forwardClashes(name: string, service: Service, scope: Parameters<ServiceRule>[1]): Problem[] {
  return Object.entries(service.develop?.portForward ?? {}).flatMap(([port, hostPort]) => {
    const other = [...scope.services.values()].find(
      (candidate) =>
        candidate.name < name && Object.values(candidate.service.develop?.portForward ?? {}).includes(hostPort),
    );
    if (!other) return [];
    return [
      {
        code: "FORWARD_CLASH",
        path: ["develop", "portForward", port],
        message: `${other.name} and ${name} both want port ${hostPort} of this machine`,
        fix: "give one of them another port",
      },
    ];
  });
}
