import { knownImage, portNameOf } from "./known-images.ts";
import { type ComposeNode, at, isMapping, itemsOf, textOf } from "./node.ts";

/** One port of a container, and where Compose publishes it. */
export interface ComposePort {
  readonly node: ComposeNode;
  readonly target: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** Null where it is not published, or on any port. */
  readonly published: number | null;
  readonly hostIp: string | null;
  readonly name: string | null;
  readonly appProtocol: string | null;
}

export interface NamedPort extends ComposePort {
  readonly portName: string;
}

// A range of more is what a program with dynamic ports wants: no Service can say that.
const MAX_RANGE = 20;

/** The ports of an item of `ports` or `expose`; null for what is no port, or too many. */
export function portsOf(node: ComposeNode): readonly ComposePort[] | null {
  return isMapping(node.value) ? longForm(node) : shortForm(node, textOf(node) ?? "");
}

/** Every port of a service with a name of its own: the first that speaks HTTP is `http`. */
export function namedPorts(service: ComposeNode): readonly NamedPort[] {
  const written = [...itemsOf(at(service, "ports")), ...itemsOf(at(service, "expose"))].flatMap(
    (item) => portsOf(item) ?? [],
  );
  const distinct = written.filter(
    (port, i) => written.findIndex((one) => one.target === port.target && one.protocol === port.protocol) === i,
  );
  const known = knownImage(textOf(at(service, "image")) ?? "")?.ports ?? {};
  const taken = new Set<string>();
  return distinct.map((port) => {
    const own = Object.entries(known).find(([, number]) => number === port.target && port.protocol === "TCP")?.[0];
    const usual = own ?? portNameOf(`${port.target}/${port.protocol}`) ?? (speaksHttp(service, port) ? "http" : null);
    const wanted = cleanName(port.name) ?? (/^https?$/.test(port.appProtocol ?? "") ? port.appProtocol : null) ?? usual;
    const fallback = `${port.protocol.toLowerCase()}-${port.target}`;
    const portName = wanted === null || taken.has(wanted) ? fallback : wanted;
    taken.add(portName);
    return { ...port, portName };
  });
}

/** A health check that asks `http://localhost:2283` knows. */
function speaksHttp(service: ComposeNode, { target }: ComposePort): boolean {
  return itemsOf(at(service, "healthcheck", "test")).some((word) =>
    new RegExp(`http://[^/\\s]*:${target}(?!\\d)`).test(textOf(word) ?? ""),
  );
}

/** IANA_SVC_NAME: fifteen characters, of which one is a letter. */
function cleanName(name: string | null): string | null {
  const plain = (name ?? "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 15)
    .replaceAll(/^-+|-+$/g, "");
  return /[a-z]/.test(plain) ? plain : null;
}

function longForm(node: ComposeNode): readonly ComposePort[] | null {
  const target = Number(textOf(at(node, "target")) ?? NaN);
  const protocol = protocolOf(textOf(at(node, "protocol")) ?? "tcp");
  if (!isPort(target) || protocol === null) return null;
  const published = Number(textOf(at(node, "published")) ?? NaN);
  const [hostIp, name, appProtocol] = ["host_ip", "name", "app_protocol"].map((key) => textOf(at(node, key)));
  return [
    {
      node,
      target,
      protocol,
      published: isPort(published) ? published : null,
      hostIp: hostIp ?? null,
      name: name ?? null,
      appProtocol: appProtocol ?? null,
    },
  ];
}

const SHORT = /^(?:(?:(\[[^\]]+\]|[\d.]+|[\da-f:]+):)?(?:(\d+)(?:-(\d+))?)?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i;

/** `[[IP:][PUBLISHED[-LAST]]:]TARGET[-LAST][/PROTOCOL]` */
function shortForm(node: ComposeNode, text: string): readonly ComposePort[] | null {
  const [whole, hostIp, first, last, target, lastTarget, protocol = "tcp"] = SHORT.exec(text) ?? [];
  if (whole === undefined) return null;
  const from = Number(target);
  const to = Number(lastTarget ?? target);
  const count = to - from + 1;
  const published = first === undefined ? null : Number(first);
  const isFixed = published !== null && (last === undefined ? count === 1 : Number(last) - published === to - from);
  if (count < 1 || count > MAX_RANGE || !isPort(from) || !isPort(to)) return null;
  return Array.from({ length: count }, (_, i) => ({
    node,
    target: from + i,
    protocol: protocolOf(protocol) ?? "TCP",
    published: isFixed && isPort(published + i) ? published + i : null,
    hostIp: hostIp ?? null,
    name: null,
    appProtocol: null,
  }));
}

function protocolOf(text: string): ComposePort["protocol"] | null {
  const upper = text.toUpperCase();
  return upper === "TCP" || upper === "UDP" || upper === "SCTP" ? upper : null;
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535;
}
