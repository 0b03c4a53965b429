import { type JsonObject, isObject, mergeLayers } from "../lib/merge.ts";
import { derivedDefaults, serviceDefaults } from "./defaults.ts";
import { externalPart } from "./external.ts";
import type { Environment, Registry } from "./schema.ts";
import type { Service } from "./schema/service.ts";
import type { Path, Source } from "./source.ts";

/** A service as one environment sees it, merged from its layers; `environment` is null for the base. */
export interface EffectiveService {
  readonly name: string;
  readonly environment: string | null;
  readonly isMocked: boolean;
  /** What the layers say together; the shape of a service once `validate` has found nothing. */
  readonly service: Service;
  /** Where the layers are written, strongest first. */
  readonly layers: readonly Path[];
}

interface Layer {
  readonly path: Path;
  readonly value: unknown;
}

// Asked for by the rules and by the models.
const merged = new WeakMap<Registry, Map<string | null, readonly EffectiveService[]>>();

/** Every service of the base (`environment: null`) or of an environment, mocked where it says so; removed ones are absent. */
export function effectiveServices(registry: Registry, environment: string | null): readonly EffectiveService[] {
  const known = merged.get(registry) ?? new Map<string | null, readonly EffectiveService[]>();
  const services = known.get(environment) ?? mergedServices(registry, environment);
  merged.set(registry, known.set(environment, services));
  return services;
}

function mergedServices(registry: Registry, environment: string | null): EffectiveService[] {
  return Object.keys(registry.services).flatMap((name) => {
    const found = effectiveService(registry, name, environment, isMocked(registry, name, environment));
    return found ? [found] : [];
  });
}

/** One service merged; `null` where the environment removes it. */
export function effectiveService(
  registry: Registry,
  name: string,
  environment: string | null,
  mocked: boolean,
): EffectiveService | null {
  const service = registry.services[name];
  if (!service || (environment !== null && service.environments?.[environment] === null)) return null;
  const layers = mocked
    ? mockLayers(registry, name, service, environment)
    : plainLayers(registry, name, service, environment);
  const written = mergeLayers(
    layers.map((layer) => layer.value),
    isOneThing,
  );
  // Layer by layer, never `written` at once: a `null` in a layer must reach the built-ins below it.
  const whole = mergeLayers(
    [serviceDefaults, derivedDefaults(written), ...layers.map((layer) => layer.value)],
    isOneThing,
  );
  return {
    name,
    environment,
    isMocked: mocked,
    service: (whole["kind"] === "External" ? externalPart(whole) : whole) as unknown as Service,
    layers: layers.map((layer) => layer.path).toReversed(),
  };
}

/**
 * A variable and a file come from one place, and a hook does one thing: `{resource}` laid over `{secret, key}` replaces it. Merged as RFC 7396 has it
 * they would come from two, and nothing could be written that says otherwise.
 */
function isOneThing(path: readonly string[]): boolean {
  const [first, , third] = path;
  if (path.length === 2) return first === "env" || first === "files" || first === "lifecycle";
  return path.length === 4 && first === "jobs" && third === "env";
}

export function isMocked(registry: Registry, name: string, environment: string | null): boolean {
  const mocks = environment === null ? undefined : registry.environments[environment]?.mocks;
  const service = registry.services[name];
  if (!service?.mock) return false;
  return mocks === "gpu" ? service.gpu !== undefined : (mocks?.includes(name) ?? false);
}

/** The path, in the file, of the layer that decides the value at `path` of an effective service. */
export function locateIn(effective: EffectiveService, source: Source, path: Path): Path {
  for (let length = path.length; length > 0; length--) {
    const layer = effective.layers.find((at) => source.has([...at, ...path.slice(0, length)]));
    if (layer) return [...layer, ...path];
  }
  return ["services", effective.name];
}

function plainLayers(registry: Registry, name: string, service: Service, environment: string | null): Layer[] {
  const { mock: _, environments: patches, ...own } = service;
  const patch = environment === null ? undefined : patches?.[environment];
  const { mock: __, ...ownPatch } = patch ?? {};
  return [
    { path: ["defaults"], value: registry.defaults },
    { path: ["services", name], value: own },
    ...overrides(registry, environment),
    ...(environment === null ? [] : [{ path: ["services", name, "environments", environment], value: ownPatch }]),
  ];
}

/** built-ins < `defaults` < what is kept < `mock` < `overrides` < `environments.<env>.mock` */
function mockLayers(registry: Registry, name: string, service: Service, environment: string | null): Layer[] {
  const patch = environment === null ? undefined : service.environments?.[environment]?.mock;
  return [
    { path: ["defaults"], value: registry.defaults },
    { path: ["services", name], value: keptByMock(service) },
    { path: ["services", name, "mock"], value: service.mock },
    ...overrides(registry, environment),
    ...(environment === null ? [] : [{ path: ["services", name, "environments", environment, "mock"], value: patch }]),
  ];
}

function overrides(registry: Registry, environment: string | null): Layer[] {
  const settings: Environment | undefined = environment === null ? undefined : registry.environments[environment];
  return environment === null ? [] : [{ path: ["environments", environment, "overrides"], value: settings?.overrides }];
}

/** What the clients and the scrapers of a service see, and nothing of its pod. */
function keptByMock(service: Service): JsonObject {
  const { description, namespace, ports, extraServices, metrics, routes, labels, annotations, verify, develop } =
    service;
  const kubernetesService = { ...service.service, headless: isHeadless(service) };
  const kept = {
    description,
    namespace,
    ports,
    service: kubernetesService,
    extraServices,
    metrics,
    routes,
    labels,
    annotations,
    verify,
    // Its other settings are about a program that does not run here.
    develop: develop?.portForward && { portForward: develop.portForward },
    probes: keptProbes(service.probes),
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** Probes over the network are part of the contract; a command inside the real container is not. */
function keptProbes(probes: Service["probes"]): JsonObject | undefined {
  if (!probes) return undefined;
  return Object.fromEntries(
    Object.entries(probes).filter(([, probe]) => isObject(probe) && probe["exec"] === undefined),
  );
}

/** A StatefulSet's Service names its pods one by one, unless the registry says otherwise or opens it to the outside. */
export function isHeadless(service: Pick<Service, "kind" | "service">): boolean {
  const { headless, type = "ClusterIP" } = service.service ?? {};
  return headless ?? (service.kind === "StatefulSet" && type === "ClusterIP");
}
