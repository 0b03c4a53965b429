import { type Entry, type Part, type Told, carried, guess, lost, partly } from "../entry.ts";
import { knownImage } from "../known-images.ts";
import { mountedTexts } from "../mounted-texts.ts";
import { type ComposeNode, at, isMapping, itemsOf, textOf } from "../node.ts";
import { type NamedPort, namedPorts, portsOf } from "../ports.ts";
import type { Context } from "../project.ts";
import { part } from "./part.ts";

/** Container ports by name; published ones are forwarded by the dev loop. */
export function ports(context: Context): Part {
  const { node } = context;
  const named = namedPorts(node);
  const forwards = forwardsOf(context);
  const items = [...itemsOf(at(node, "ports")), ...itemsOf(at(node, "expose"))];
  const entries = items.flatMap((item) => itemEntries(item, named, forwards, context));
  if (named.length === 0) return implied(context, entries);
  return part(
    {
      ports: Object.fromEntries(named.map((port) => [port.portName, registryPort(port)])),
      ...(forwards.size > 0 && { develop: { portForward: Object.fromEntries(forwards) } }),
    },
    entries,
  );
}

/** Port name → port of this machine. A tunnel carries TCP only, and one port of a machine is one service's. */
function forwardsOf({ project, name, node }: Context): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  const own = new Map<string, number>();
  for (const service of project.services) {
    for (const { portName, published, protocol } of namedPorts(service.node)) {
      if (published === null || protocol !== "TCP" || taken.has(published)) continue;
      taken.add(published);
      if (service.name === name && service.node === node) own.set(portName, published);
    }
  }
  return own;
}

function registryPort({ target, protocol, appProtocol }: NamedPort): object {
  return {
    containerPort: target,
    ...(protocol !== "TCP" && { protocol }),
    ...(appProtocol !== null && { appProtocol }),
  };
}

function itemEntries(
  item: ComposeNode,
  named: readonly NamedPort[],
  forwards: ReadonlyMap<string, number>,
  context: Context,
): readonly Entry[] {
  const parsed = portsOf(item);
  if (parsed === null) return [lost(item, "these ports cannot be read, or are too many", "write them into ports")];
  const own = named.filter((port) =>
    parsed.some((one) => one.target === port.target && one.protocol === port.protocol),
  );
  const to = own.map(({ portName }) => `ports.${portName}`).join(", ");
  const told = toldOf(item, parsed[0]?.published ?? null, own, forwards, context);
  if (!isMapping(item.value)) return [carried(item, to, told)];
  // What the long form says beside them is told by the table of keys.
  return ["target", "protocol", "name", "app_protocol", "published"].flatMap((key) => {
    const field = at(item, key);
    return field
      ? [carried(field, key === "published" ? "develop.portForward" : to, key === "published" ? told : null)]
      : [];
  });
}

function toldOf(
  item: ComposeNode,
  published: number | null,
  own: readonly NamedPort[],
  forwards: ReadonlyMap<string, number>,
  { name }: Context,
): Told | null {
  const isPublished = item.path.at(-2) === "ports" && (published !== null || /:/.test(textOf(item) ?? ""));
  if (!isPublished) return null;
  const fix = `for others write services.${name}.routes, or "service": {"type": "LoadBalancer"}`;
  if (own.some(({ portName }) => forwards.has(portName)))
    return partly(item, "npm run dev forwards it to this machine; from outside a cluster nobody reaches it yet", fix);
  return partly(item, "it is not forwarded to this machine: UDP, a range, or another service has the port", fix);
}

/** Without `ports` and `expose` other services still reach every port; Kubernetes wants to know which. */
function implied(context: Context, entries: readonly Entry[]): Part {
  const { node, name } = context;
  const image = at(node, "image");
  const known = knownImage(textOf(image) ?? "");
  if (image && known) {
    const told = guess(
      image,
      `it listens on ${portList(known.ports)}, as this image does`,
      `correct services.${name}.ports`,
    );
    const ports = Object.fromEntries(
      Object.entries(known.ports).map(([port, containerPort]) => [port, { containerPort }]),
    );
    return part({ ports }, [...entries, carried(image, "ports", told)]);
  }
  const asked = askedPorts(context);
  if (asked.length === 0) return part({}, entries);
  const told = guess(
    node,
    `it listens on ${asked.join(", ")}, where it is asked for`,
    `correct services.${name}.ports`,
  );
  const ports = Object.fromEntries(
    asked.map((containerPort, i) => [i === 0 ? "http" : `tcp-${containerPort}`, { containerPort }]),
  );
  return part({ ports }, [...entries, { ...carried(node, "ports", told) }]);
}

function portList(ports: Readonly<Record<string, number>>): string {
  return Object.values(ports).join(", ");
}

/** `http://api:3000` in another service's variables or files, `http://localhost:3000` in its own health check. */
function askedPorts({ node, name, project }: Context): readonly number[] {
  const names = [...project.hosts].filter(([, service]) => service === name).map(([host]) => host);
  const own = textsBelow(at(node, "healthcheck", "test")).flatMap((text) =>
    [...names, "localhost", "127.0.0.1"].flatMap((host) => portsAfter(text, host)),
  );
  const asked = project.services
    .filter((service) => service.name !== name)
    .flatMap((service) => [
      ...["environment", "command", "entrypoint"].flatMap((key) => textsBelow(at(service.node, key))),
      ...mountedTexts(service.node, project).map(({ text }) => text),
    ])
    .flatMap((text) => names.flatMap((host) => portsAfter(text, host)));
  return [...new Set([...own, ...asked])].toSorted((a, b) => a - b);
}

function portsAfter(text: string, host: string): readonly number[] {
  const pattern = new RegExp(`(?<![\\w.-])${host.replaceAll(/[.\\]/g, "\\$&")}:(\\d{2,5})(?!\\d)`, "g");
  return [...text.matchAll(pattern)].map(([, port]) => Number(port)).filter((port) => port <= 65535);
}

function textsBelow(node: ComposeNode | undefined): readonly string[] {
  if (!node) return [];
  if (isMapping(node.value)) return [...node.value.values()].flatMap(textsBelow);
  const items = itemsOf(node);
  return items.length === 1 && items[0] === node ? [textOf(node) ?? ""] : items.flatMap(textsBelow);
}
