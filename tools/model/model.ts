import { own } from "../lib/merge.ts";
import { type EffectiveService, effectiveService, effectiveServices } from "../registry/effective.ts";
import type { Inputs } from "../registry/read.ts";
import type { Environment, Ingress, Profile } from "../registry/schema.ts";
import { type Edge, edgesOf } from "./graph.ts";
import { type Address, addressOf } from "./references.ts";
import { type NamespaceModel, namespaceModels } from "./namespace.ts";
import { type SecretModel, secretModels } from "./secret.ts";
import { type ServiceContext, type ServiceModel, serviceModel } from "./service.ts";

/** The platform as one environment sees it (`environment: null`: as no environment in particular does). Nothing is left to decide. */
export interface Model {
  readonly platform: string;
  readonly environment: string | null;
  readonly profile: Profile;
  readonly settings: Environment | null;
  readonly ingress: Ingress | null;
  /** Host of the environment's image registry. */
  readonly registryHost: string | null;
  readonly namespaces: readonly NamespaceModel[];
  /** By name; images that are only built are not among them. */
  readonly services: readonly ServiceModel[];
  readonly secrets: readonly SecretModel[];
  readonly edges: readonly Edge[];
}

/** The production-shaped base that every environment changes as little as it can. */
export function baseModel(inputs: Inputs): Model {
  return modelOf(inputs, null, effectiveServices(inputs.registry, null));
}

/** The bases that take the place of mocked services: one for each service that says how it is mocked. */
export function mockBaseModel(inputs: Inputs): Model {
  const { services } = inputs.registry;
  const all = Object.keys(services).flatMap(
    (name) => effectiveService(inputs.registry, name, null, services[name]?.mock !== undefined) ?? [],
  );
  return modelOf(inputs, null, all);
}

export function environmentModel(inputs: Inputs, environment: string): Model {
  return modelOf(inputs, environment, effectiveServices(inputs.registry, environment));
}

function modelOf(inputs: Inputs, environment: string | null, all: readonly EffectiveService[]): Model {
  const settings = environment === null ? null : (inputs.registry.environments[environment] ?? null);
  const running = all.filter(({ service }) => service.kind !== "Image");
  const context = contextOf(inputs, settings, running);
  const services = running.map((effective) => serviceModel(effective, context));
  return {
    platform: inputs.registry.name,
    environment,
    profile: context.profile,
    settings,
    ingress: settings?.ingress ?? null,
    registryHost: context.imagePolicy.registry?.host ?? null,
    namespaces: namespaceModels(inputs.registry, context.mapNamespace, services, context.mapStorageClass),
    services,
    secrets: secretModels(inputs.registry, settings, services),
    edges: edgesOf(running),
  };
}

function contextOf(inputs: Inputs, settings: Environment | null, running: readonly EffectiveService[]): ServiceContext {
  const profile = settings?.profile ?? "prod";
  const mapNamespace = (name: string): string => own(settings?.namespaces, name) ?? name;
  const [onlyNamespace = "default"] = Object.keys(inputs.registry.namespaces);
  const namespaceOf = (effective: EffectiveService): string =>
    mapNamespace(effective.service.namespace ?? onlyNamespace);
  const addresses: ReadonlyMap<string, Address> = new Map(
    running.map((one) => [one.name, addressOf(one.name, one.service, namespaceOf(one))]),
  );
  return {
    inputs,
    profile,
    ingress: settings?.ingress ?? null,
    mapNamespace,
    namespaceOf,
    mapStorageClass: (name) => {
      const mapped = own(settings?.storageClasses, name);
      return typeof mapped === "string" ? mapped : name;
    },
    addresses,
    configs: running,
    buildArgs: settings?.buildArgs ?? {},
    imagePolicy: {
      isLocal: settings !== null && profile === "local",
      registry: inputs.registry.registries?.[settings?.registry ?? ""] ?? null,
      pins:
        settings?.imagePins ?? (settings !== null && (profile === "airgap" || profile === "prod") ? "digest" : "tag"),
      lock: inputs.lock,
    },
  };
}
