import type { EffectiveService } from "../effective.ts";
import type { ExtraService, Service } from "../schema/service.ts";
import type { Path } from "../source.ts";
import { type Problem, type Scope, type ServiceRule, oncePerScope } from "./rule.ts";

/** What a Service of one type says, another refuses; and no two Services want one port of the nodes. */
export const exposure: ServiceRule = (effective, scope) => [
  ...shownBy(effective).flatMap(typeProblems),
  ...extraProblems(effective.service),
  ...nodePortClashes(effective, scope),
];

/** A Kubernetes Service as it is written. */
interface Shown {
  readonly path: Path;
  readonly written: Omit<ExtraService, "ports">;
  readonly nodePorts: readonly NodePort[];
}

interface NodePort {
  readonly path: Path;
  readonly number: number;
  readonly protocol: string;
}

function shownBy({ service }: EffectiveService): Shown[] {
  // A name outside has no port of a node: the rule about External says so.
  if (service.kind === "External" && service.external?.host !== undefined) return [];
  const own = Object.entries(service.ports ?? {}).flatMap(([name, { nodePort, protocol = "TCP" }]) =>
    nodePort === undefined ? [] : [{ path: ["ports", name, "nodePort"], number: nodePort, protocol }],
  );
  const extra = Object.entries(service.extraServices ?? {}).map(([key, written]) => ({
    path: ["extraServices", key],
    written,
    nodePorts: Object.entries(written.ports ?? {}).flatMap(([name, { nodePort }]) =>
      nodePort === undefined ? [] : [extraNodePort(service, key, name, nodePort)],
    ),
  }));
  return [{ path: ["service"], written: service.service ?? {}, nodePorts: own }, ...extra];
}

function extraNodePort(service: Service, key: string, name: string, number: number): NodePort {
  const protocol = service.ports?.[name]?.protocol ?? "TCP";
  return { path: ["extraServices", key, "ports", name, "nodePort"], number, protocol };
}

function typeProblems({ path, written, nodePorts }: Shown): Problem[] {
  const { type = "ClusterIP" } = written;
  const isOpen = type === "NodePort" || type === "LoadBalancer";
  const wrong = (at: Path, message: string, fix: string): Problem => ({ code: "SERVICE_TYPE", path: at, message, fix });
  const only = (field: keyof typeof written, isRight: boolean, types: string): Problem[] =>
    written[field] === undefined || isRight
      ? []
      : [wrong([...path, field], `${field} means nothing to a Service of type ${type}`, typeFix(path, types))];
  return [
    ...(isOpen && written.headless === true
      ? [wrong([...path, "headless"], `a headless Service has no address that type ${type} could open`, HEADLESS_FIX)]
      : []),
    ...only("externalTrafficPolicy", isOpen, "NodePort or LoadBalancer"),
    ...only("loadBalancerClass", type === "LoadBalancer", "LoadBalancer"),
    ...only("loadBalancerSourceRanges", type === "LoadBalancer", "LoadBalancer"),
    ...(isOpen ? [] : nodePorts).map((port) =>
      wrong(
        port.path,
        `nodePort means nothing to a Service of type ${type}`,
        typeFix(path, "NodePort or LoadBalancer"),
      ),
    ),
  ];
}

const HEADLESS_FIX = 'remove one of the two; "extraServices" can hold a second Service beside a headless one';

function typeFix(path: Path, types: string): string {
  return `remove it, or set "type" of ${path.join(".")} to ${types}`;
}

function extraProblems(service: Service): Problem[] {
  return Object.entries(service.extraServices ?? {}).flatMap(([key, extra]) => {
    const path = ["extraServices", key];
    if (Object.keys(service.ports ?? {}).length === 0 || Object.keys(extra.ports ?? { any: {} }).length === 0)
      return [
        {
          code: "SERVICE_PORTS",
          path,
          message: `the Service "${key}" has no port`,
          fix: 'add one to "ports" of the service',
        },
      ];
    return extraClashes(service, extra, path);
  });
}

function extraClashes(service: Service, { ports = {} }: ExtraService, path: Path): Problem[] {
  const numbers = Object.entries(ports).map(([name, { servicePort }]) => {
    const port = service.ports?.[name];
    const number = servicePort ?? port?.servicePort ?? port?.containerPort;
    return { name, id: `${number}/${port?.protocol ?? "TCP"}` };
  });
  return numbers.flatMap(({ name, id }, i): Problem[] => {
    const other = numbers.slice(0, i).find((earlier) => earlier.id === id);
    if (!other) return [];
    const message = `the ports ${other.name} and ${name} are both servicePort ${id}`;
    return [
      { code: "PORT_CLASH", path: [...path, "ports", name], message, fix: 'give one of them its own "servicePort"' },
    ];
  });
}

/** A node has one port of a number, whoever wants it. One Service may use it once per protocol. */
function nodePortClashes(effective: EffectiveService, scope: Scope): Problem[] {
  const all = allNodePorts(scope);
  return nodePortsOf(effective).flatMap((own): Problem[] => {
    const other = all.find(
      (one) =>
        one.number === own.number && one.id < own.id && (one.shown !== own.shown || one.protocol === own.protocol),
    );
    if (!other) return [];
    const message = `${other.id} and ${own.id} both want port ${own.number} of the nodes`;
    return [{ code: "NODE_PORT_CLASH", path: own.path, message, fix: "give one of them another nodePort" }];
  });
}

const allNodePorts = oncePerScope((scope) => [...scope.services.values()].flatMap((one) => nodePortsOf(one)));

function nodePortsOf(
  effective: EffectiveService,
): readonly (NodePort & { readonly id: string; readonly shown: string })[] {
  return shownBy(effective).flatMap(({ path, nodePorts }) =>
    nodePorts.map((port) => ({
      ...port,
      id: `${effective.name}.${port.path.slice(0, -1).join(".")}`,
      shown: `${effective.name}.${path.join(".")}`,
    })),
  );
}
