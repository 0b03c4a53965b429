import { isHeadless } from "../registry/effective.ts";
import { type Reference, replaceReferences } from "../registry/references.ts";
import type { Service } from "../registry/schema/service.ts";
import { serviceHost } from "./names.ts";

/** Where a service answers, as one environment sees it. */
export interface Address {
  readonly service: Service;
  readonly host: string;
}

/** `${services.db.host}` and its kin → plain text, with the namespace that the environment gives. */
export function resolveText(text: string, addresses: ReadonlyMap<string, Address>): string {
  return replaceReferences(text, (reference) => resolve(reference, addresses));
}

/** What is known by a name outside is called by that name: a certificate or a virtual host knows no other. */
export function addressOf(name: string, service: Service, namespace: string): Address {
  const outside = service.kind === "External" ? service.external?.host : undefined;
  return { service, host: outside ?? serviceHost(service.service?.name ?? name, namespace) };
}

function resolve(reference: Reference, addresses: ReadonlyMap<string, Address>): string {
  const address = addresses.get(reference.service);
  if (!address) throw new Error(`unchecked reference ${reference.text}`);
  if (reference.field === "host") return address.host;
  const port = portOf(address.service, reference.port);
  return reference.field === "port" ? String(port.number) : `${port.scheme}://${address.host}:${port.number}`;
}

/** Behind a headless Service one talks to the pod itself, and behind a name to its owner: nothing translates ports. */
function portOf(service: Service, name: string | null): { readonly number: number; readonly scheme: string } {
  const ports = service.ports ?? {};
  const port = name === null ? (ports["http"] ?? Object.values(ports)[0]) : ports[name];
  if (!port) throw new Error(`unchecked port ${name}`);
  const isDirect = isHeadless(service) || (service.kind === "External" && service.external?.host !== undefined);
  const number = isDirect ? port.containerPort : (port.servicePort ?? port.containerPort);
  return { number, scheme: port.appProtocol === "https" ? "https" : "http" };
}
