import { own } from "../lib/merge.ts";
import { type EffectiveService, effectiveService, effectiveServices } from "../registry/effective.ts";
import { parametersOf, resolvedEnvironment } from "../registry/parameters.ts";
import type { Inputs } from "../registry/read.ts";
import type { Environment, Ingress, Profile } from "../registry/schema.ts";
import { sharedVolumesOf } from "../registry/shared-volumes.ts";
import type { Definitions } from "../registry/vendored/vendored.ts";
import { type PriorityClassModel, type StorageClassModel, priorityClassModels, storageClassModels } from "./cluster.ts";
import { type Edge, edgesOf } from "./graph.ts";
import { deployedImage } from "./image.ts";
import { type ImageSource, imageSources } from "./image-source.ts";
import { type ManifestModel, manifestModels, vendoredDefinitions, vendoredNamespaces } from "./manifests.ts";
import { type Address, addressOf } from "./references.ts";
import { type NamespaceModel, namespaceModels } from "./namespace.ts";
import { type SecretModel, secretModels } from "./secret.ts";
import { type ServiceContext, type ServiceModel, serviceModel } from "./service.ts";

/** The platform as one environment sees it (`environment: null`: as no environment in particular does). Nothing is left to decide. */
export interface Model {
  readonly platform: string;
  readonly description: string | null;
  readonly environment: string | null;
  readonly profile: Profile;
  readonly settings: Environment | null;
  readonly ingress: Ingress | null;
  /** Host of the environment's image registry. */
  readonly registryHost: string | null;
  readonly registryDescription: string | null;
  readonly namespaces: readonly NamespaceModel[];
  /** By name; images that are only built are not among them. */
  readonly services: readonly ServiceModel[];
  readonly secrets: readonly SecretModel[];
  readonly edges: readonly Edge[];
  /** Values of `${parameters.<name>}`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly storageClasses: readonly StorageClassModel[];
  readonly priorityClasses: readonly PriorityClassModel[];
  readonly manifests: readonly ManifestModel[];
  /** Kinds that the vendored definitions bring. */
  readonly crds: Definitions;
  /** Deployed reference → where the image comes from; what no registry entry names is not among them. */
  readonly imageSources: ReadonlyMap<string, ImageSource>;
  readonly mirror: NonNullable<Inputs["registry"]["mirror"]>;
  /** Deployed references of the images that nothing of the platform runs, and that are brought all the same. */
  readonly mirroredImages: readonly string[];
  /** Whether third-party images come from the environment's own registry. */
  readonly isMirrored: boolean;
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
  const written = inputs.registry.environments[environment ?? ""];
  const settings = written === undefined ? null : resolvedEnvironment(written);
  const running = all.filter(({ service }) => service.kind !== "Image");
  const parameters = parametersOf(inputs.registry, environment);
  const context = contextOf(inputs, environment, settings, running, parameters);
  const services = running.map((effective) => serviceModel(effective, context));
  return {
    ...platformPart(inputs, environment, context),
    parameters,
    platform: inputs.registry.name,
    description: inputs.registry.description ?? null,
    environment,
    profile: context.profile,
    settings,
    ingress: settings?.ingress ?? null,
    registryHost: context.imagePolicy.registry?.host ?? null,
    registryDescription: context.imagePolicy.registry?.description ?? null,
    namespaces: namespaceModels(inputs.registry, context, services, namespacesOf(inputs, environment)),
    services,
    secrets: secretModels(inputs.registry, settings, services),
    edges: edgesOf(running),
  };
}

type PlatformPart =
  | "storageClasses"
  | "priorityClasses"
  | "manifests"
  | "crds"
  | "imageSources"
  | "mirror"
  | "mirroredImages"
  | "isMirrored";

/** What belongs to no service. */
function platformPart(
  { registry, vendored }: Inputs,
  environment: string | null,
  { mapNamespace, imagePolicy, configs }: ServiceContext,
): Pick<Model, PlatformPart> {
  const image = (reference: string): string => deployedImage(reference, false, imagePolicy);
  const manifests = manifestModels(registry, vendored, environment, { namespace: mapNamespace, image });
  return {
    storageClasses: storageClassModels(registry, environment),
    priorityClasses: priorityClassModels(registry),
    manifests,
    crds: vendoredDefinitions(manifests),
    imageSources: imageSources(registry, vendored, configs, imagePolicy),
    mirror: registry.mirror ?? {},
    mirroredImages: (registry.mirror?.images ?? []).map(image),
    isMirrored: imagePolicy.registry?.mirror ?? false,
  };
}

/** Namespaces that are there although no service runs in them. */
function namespacesOf({ registry, vendored }: Inputs, environment: string | null): ReadonlySet<string> {
  return vendoredNamespaces(vendored, registry, environment);
}

function contextOf(
  inputs: Inputs,
  environment: string | null,
  settings: Environment | null,
  running: readonly EffectiveService[],
  parameters: Readonly<Record<string, string>>,
): ServiceContext {
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
    sharedVolumes: sharedVolumesOf(inputs.registry, environment),
    mapStorageClass: (name) => {
      const mapped = own(settings?.storageClasses, name);
      return typeof mapped === "string" ? mapped : name;
    },
    addresses,
    parameters,
    metricsMode: settings?.monitoring?.mode ?? "annotations",
    configs: running,
    buildArgs: settings?.buildArgs ?? {},
    imagePolicy: imagePolicyOf(inputs, settings),
  };
}

/** The base is of no environment: it pins nothing, and its images come from nowhere in particular. */
function imagePolicyOf({ registry, lock }: Inputs, settings: Environment | null): ServiceContext["imagePolicy"] {
  const { profile, imagePins } = settings ?? {};
  return {
    isLocal: profile === "local",
    registry: own(registry.registries, settings?.registry ?? "") ?? null,
    pins: imagePins ?? (profile === "airgap" || profile === "prod" ? "digest" : "tag"),
    lock,
  };
}
