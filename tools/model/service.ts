import type { EffectiveService } from "../registry/effective.ts";
import { valueSources } from "../registry/programs.ts";
import type { Inputs } from "../registry/read.ts";
import { replaceParameters } from "../registry/references.ts";
import type { Ingress, Profile } from "../registry/schema.ts";
import type { SharedVolumes } from "../registry/shared-volumes.ts";
import type { Build, Service, VerifyCheck } from "../registry/schema/service.ts";
import { type AccountModel, accountModel } from "./account.ts";
import {
  type ConfigMapModel,
  type FileModel,
  type FilesContext,
  configHash,
  configMaps,
  fileModels,
} from "./config.ts";
import { type ContainerModel, type Surroundings, mainContainer } from "./container.ts";
import { developed } from "./develop.ts";
import { variablesOf } from "./environment-variables.ts";
import { type ExtraContainers, extraContainers } from "./extra-containers.ts";
import { type ObjectPatchModel, objectPatchModels } from "./object-patch.ts";
import { type ExposureModel, type MetricsMode, exposureModel } from "./exposure.ts";
import { type ImagePolicy, deployedImage } from "./image.ts";
import { type JobModel, jobModels } from "./job.ts";
import { pointerSegment } from "./names.ts";
import { type NetworkPolicyModel, networkPolicyModel } from "./network-policy.ts";
import { type PodModel, podModel } from "./pod.ts";
import { type Address, resolveText } from "./references.ts";
import { type RouteModel, routeModels } from "./route.ts";
import { type VolumeModel, volumeModels } from "./volume.ts";
import { type WorkloadModel, workloadModel } from "./workload.ts";

/** What a service's model is made from besides the service itself. */
export interface ServiceContext {
  readonly inputs: Inputs;
  readonly profile: Profile;
  readonly ingress: Ingress | null;
  readonly mapNamespace: (name: string) => string;
  readonly namespaceOf: (effective: EffectiveService) => string;
  readonly mapStorageClass: (name: string) => string;
  readonly sharedVolumes: SharedVolumes;
  readonly addresses: ReadonlyMap<string, Address>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly metricsMode: MetricsMode;
  /** The services whose ConfigMaps others may read. */
  readonly configs: readonly EffectiveService[];
  readonly imagePolicy: ImagePolicy;
  /** Build arguments of every image that is built for the environment. */
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** A service as one environment sees it: names, addresses and images are final, and nothing is optional. */
export interface ServiceModel extends WorkloadModel, ExposureModel, PodModel {
  readonly name: string;
  readonly platform: string;
  readonly owner: string | null;
  /** JSON pointer of the entry that it comes from. */
  readonly pointer: string;
  readonly description: string | null;
  readonly namespace: string;
  readonly serviceAccount: AccountModel;
  readonly container: ContainerModel;
  /** What runs before it and beside it in each of its pods. */
  readonly extra: ExtraContainers;
  readonly volumes: readonly VolumeModel[];
  readonly files: readonly FileModel[];
  readonly configMaps: readonly ConfigMapModel[];
  /** Hash of every configuration value that the pod reads: it changes exactly when the pod must restart. */
  readonly configHash: string | null;
  readonly jobs: readonly JobModel[];
  readonly routes: readonly RouteModel[];
  readonly networkPolicy: NetworkPolicyModel;
  readonly verify: Readonly<Record<string, VerifyCheck>>;
  readonly portForwards: Readonly<Record<string, number>>;
  readonly build: Build | null;
  /** Secrets that its pods read, by name. */
  readonly secretNames: readonly string[];
  readonly patches: readonly ObjectPatchModel[];
}

export function serviceModel(effective: EffectiveService, context: ServiceContext): ServiceModel {
  const { name, service } = effective;
  const { inputs, imagePolicy } = context;
  const pointer = `/services/${pointerSegment(name)}${effective.isMocked ? "/mock" : ""}`;
  const resolve = (text: string): string => replaceParameters(resolveText(text, context.addresses), context.parameters);
  const volumes = volumeModels(name, service, context.sharedVolumes, context.mapStorageClass);
  const config = configPart(effective, context, resolve);
  const envFileVariables = variablesOf(service.envFile, inputs.files);
  const around: Surroundings = { volumes, files: config.files, envFileVariables, resolve };
  const image = deployedImage(service.image ?? "", service.build !== undefined, imagePolicy);
  const plain = mainContainer(name, service, image, around);
  const isDeveloped = context.profile === "local";
  const run = isDeveloped ? developed(service, plain, around) : { container: plain, before: [], volumes: [] };
  const extra = extraContainers(service, image, (written) => deployedImage(written, false, imagePolicy), around);
  const workload = workloadModel(effective, volumes);
  return {
    name,
    platform: inputs.registry.name,
    owner: inputs.registry.owner ?? null,
    pointer,
    namespace: context.namespaceOf(effective),
    description: service.description ?? null,
    ...workload,
    ...exposureModel(effective, pointer, context.metricsMode, resolve),
    ...podModel(service, workload),
    ...config,
    container: run.container,
    extra: { ...extra, before: [...run.before, ...extra.before] },
    volumes: [...volumes, ...run.volumes],
    jobs: jobModels(service, plain, pointer, around),
    routes: routeModels(name, service, context.ingress, pointer, resolve),
    networkPolicy: networkPolicyModel(service, context.mapNamespace),
    verify: service.verify ?? {},
    portForwards: service.develop?.portForward ?? {},
    build: service.build ? withArguments(service.build, context.buildArgs) : null,
    secretNames: secretNames(service),
    patches: objectPatchModels(effective, inputs.source),
  };
}

function withArguments(build: Build, args: Readonly<Record<string, string>>): Build {
  return Object.keys(args).length === 0 ? build : { ...build, args: { ...build.args, ...args } };
}

function configPart(
  { name, service }: EffectiveService,
  { inputs, configs }: ServiceContext,
  resolve: (text: string) => string,
): Pick<ServiceModel, "serviceAccount" | "files" | "configMaps" | "configHash"> {
  const files: FilesContext = { name, service, resolve, sources: inputs.files, configs };
  return {
    serviceAccount: accountModel(name, service),
    files: fileModels(files),
    configMaps: configMaps(files),
    configHash: configHash(files),
  };
}

function secretNames(service: Service): string[] {
  const names = valueSources(service).flatMap(({ from }) =>
    typeof from === "object" && from !== null && "secret" in from ? [String(from.secret)] : [],
  );
  return [...new Set(names)].toSorted();
}
