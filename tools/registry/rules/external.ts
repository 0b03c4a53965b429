import { contains } from "../../lib/cidr.ts";
import { isObject } from "../../lib/merge.ts";
import type { EffectiveService } from "../effective.ts";
import { EXTERNAL_FIELDS } from "../external.ts";
import type { Registry } from "../schema.ts";
import { dnsSubdomain } from "../schema/names.ts";
import type { ServicePatch } from "../schema/service.ts";
import type { Path } from "../source.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** What runs elsewhere says where, and by which ports; and nothing about pods. */
export const external: ServiceRule = (effective, scope) =>
  effective.service.kind === "External"
    ? [
        ...targetProblems(effective),
        ...portProblems(effective),
        ...hostProblems(effective),
        ...addressProblems(effective),
        ...fieldProblems(effective, scope),
      ]
    : kindProblems(effective, scope);

/** `external` may be written once for the environments in which the service is External. */
function kindProblems({ name, service, isMocked }: EffectiveService, { registry }: Scope): Problem[] {
  if (!service.external || isMocked || isExternalSomewhere(registry, name)) return [];
  const message = `${name} is a ${service.kind}, and "external" is for what runs elsewhere`;
  return [{ code: "EXTERNAL_KIND", path: ["external"], message, fix: 'remove it, or write "kind": "External"' }];
}

function isExternalSomewhere(registry: Registry, name: string): boolean {
  return layersOf(registry, name).some((layer) => layer?.kind === "External");
}

/** What the service says of itself, and what it says for each environment. */
function layersOf(
  { services }: Pick<Registry, "services">,
  name: string,
): readonly (ServicePatch | null | undefined)[] {
  const entry = services[name];
  return [entry, ...Object.values(entry?.environments ?? {})];
}

/** The base may leave it to the environments. */
function targetProblems({ name, environment, service }: EffectiveService): Problem[] {
  const { host, addresses } = service.external ?? {};
  const code = "EXTERNAL_TARGET";
  if (host !== undefined && addresses !== undefined)
    return [
      {
        code,
        path: ["external"],
        message: `${name} says both a host and addresses`,
        fix: 'keep one; where a weaker layer says the other, write it as null, such as "host": null',
      },
    ];
  if (host !== undefined || addresses !== undefined || environment === null) return [];
  const message = `${name} runs elsewhere, and nothing says where`;
  const fix = `add "external": {"host": "…"} or {"addresses": ["…"]}, to it or to its environments.${environment}`;
  return [{ code, path: ["external"], message, fix }];
}

function portProblems({ name, service }: EffectiveService): Problem[] {
  if (Object.keys(service.ports ?? {}).length > 0) return [];
  const fix = 'add "ports": {"http": {"containerPort": 80}}, with the numbers of the other side';
  return [{ code: "EXTERNAL_PORTS", path: ["ports"], message: `${name} says no port by which it is reached`, fix }];
}

/** What holds a parameter is known later. */
function hostProblems({ service }: EffectiveService): Problem[] {
  const host = service.external?.host;
  if (host === undefined || host.includes("${")) return [];
  const isName = dnsSubdomain.safeParse(host).success && !/^[0-9.]+$/.test(host);
  if (isName) return [];
  const message = `"${host}" is no DNS name`;
  const fix = "write a name such as db.example.com, without scheme, port or path; IP addresses go into addresses";
  return [{ code: "EXTERNAL_HOST", path: ["external", "host"], message, fix }];
}

// Kubernetes refuses them: seen from a node they are the node itself, or nobody.
const UNREACHABLE = ["127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "0.0.0.0/32", "::1/128", "fe80::/10", "ff00::/8"];

function addressProblems({ service }: EffectiveService): Problem[] {
  return (service.external?.addresses ?? []).flatMap((address, i): Problem[] => {
    if (address !== "::" && !UNREACHABLE.some((network) => contains(network, address))) return [];
    const message = `${address} means something else on every node: a Service cannot lead there`;
    const fix = 'write an address of the other machine; "host": "host.docker.internal" is this one for Docker Desktop';
    return [{ code: "EXTERNAL_ADDRESS", path: ["external", "addresses", i], message, fix }];
  });
}

/** Fields that the service's own layers say; what `defaults` and overrides say for all is for the others. */
function fieldProblems({ name, environment, service }: EffectiveService, { registry }: Scope): Problem[] {
  const entry = registry.services[name];
  const patch = environment === null ? undefined : entry?.environments?.[environment];
  const layers = [
    ...(entry?.kind === "External" ? [{ at: ["services", name], value: entry as unknown }] : []),
    { at: ["services", name, "environments", environment ?? ""], value: patch },
  ];
  // What is inherited may be meant for an environment with addresses.
  const hasAddresses = layersOf(registry, name).some((layer) => layer?.external?.addresses);
  const hasHost = service.external?.host !== undefined && !hasAddresses;
  const idle = layers.flatMap(({ at, value }) =>
    isObject(value) ? idleFields(value, hasHost).map((path) => ({ path, at: [...at, ...path] })) : [],
  );
  return idle.map(({ path, at }) => ({
    code: "EXTERNAL_FIELD",
    path,
    at,
    message: `${path.join(".")} means nothing to ${name}, which ${hasHost && path.length > 1 ? "is only a name here" : "has no pods here"}`,
    fix: "remove it, or move it to the environments in which the service is another kind",
  }));
}

const NOT_MERGED = ["mock", "environments", "exceptions"];
const OF_A_NAME = ["name", "labels", "annotations"];

function idleFields(layer: Readonly<Record<string, unknown>>, hasHost: boolean): Path[] {
  const { service, ports } = layer;
  const fields = Object.keys(layer).filter((key) => !EXTERNAL_FIELDS.includes(key) && !NOT_MERGED.includes(key));
  const ofService = isObject(service) && hasHost ? Object.keys(service).filter((key) => !OF_A_NAME.includes(key)) : [];
  const ofPorts = isObject(ports) ? Object.entries(ports) : [];
  const said = (value: unknown, key: string): boolean => isObject(value) && value[key] !== undefined;
  return [
    ...fields.filter((key) => layer[key] !== null).map((key) => [key]),
    ...ofService.filter((key) => said(service, key)).map((key) => ["service", key]),
    ...ofPorts.flatMap(([port, value]) =>
      ["hostPort", ...(hasHost ? ["nodePort", "servicePort"] : [])]
        .filter((key) => said(value, key))
        .map((key) => ["ports", port, key]),
    ),
  ];
}
