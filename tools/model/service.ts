import type { EffectiveService } from "../registry/effective.ts";
import { isHeadless } from "../registry/effective.ts";
import { sortedEntries } from "../lib/merge.ts";
import type { Inputs } from "../registry/read.ts";
import type { Ingress, Profile } from "../registry/schema.ts";
import type { Build, Service, VerifyCheck } from "../registry/schema/service.ts";
import {
  type ConfigMapModel,
  type FileModel,
  type FilesContext,
  configHash,
  configMaps,
  fileModels,
} from "./config.ts";
import { type ContainerModel, containerModel } from "./container.ts";
import { type ImagePolicy, deployedImage } from "./image.ts";
import { type JobModel, jobModels } from "./job.ts";
import { pointerSegment } from "./names.ts";
import { type Address, resolveText } from "./references.ts";
import { type RouteModel, routeModels } from "./route.ts";
import { type VolumeModel, volumeModels } from "./volume.ts";

/** What a service's model is made from besides the service itself. */
export interface ServiceContext {
  readonly inputs: Inputs;
  readonly profile: Profile;
  readonly ingress: Ingress | null;
  readonly mapNamespace: (name: string) => string;
  readonly namespaceOf: (effective: EffectiveService) => string;
  readonly mapStorageClass: (name: string) => string;
  readonly addresses: ReadonlyMap<string, Address>;
  /** The services whose ConfigMaps others may read. */
  readonly configs: readonly EffectiveService[];
  readonly imagePolicy: ImagePolicy;
}

export interface PortModel {
  readonly name: string;
  readonly containerPort: number;
  readonly servicePort: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly appProtocol: string | null;
}

/** A service as one environment sees it: names, addresses and images are final, and nothing is optional. */
export interface ServiceModel {
  readonly name: string;
  readonly platform: string;
  readonly owner: string | null;
  /** JSON pointer of the entry that it comes from. */
  readonly pointer: string;
  readonly description: string | null;
  readonly kind: "Deployment" | "StatefulSet";
  readonly isMocked: boolean;
  readonly namespace: string;
  /** Null where an autoscaler decides. */
  readonly replicas: number | null;
  readonly strategy: NonNullable<Service["strategy"]> | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly ports: readonly PortModel[];
  /** Null for a service without ports. */
  readonly service: {
    readonly name: string;
    readonly isHeadless: boolean;
    readonly annotations: Readonly<Record<string, string>>;
  } | null;
  readonly serviceAccount: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly container: ContainerModel;
  readonly podSecurityContext: NonNullable<NonNullable<Service["securityContext"]>["pod"]>;
  readonly terminationGracePeriodSeconds: number;
  readonly gpu: Service["gpu"] | null;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: NonNullable<Service["tolerations"]>;
  readonly volumes: readonly VolumeModel[];
  readonly files: readonly FileModel[];
  readonly configMaps: readonly ConfigMapModel[];
  /** Hash of every configuration value that the pod reads: it changes exactly when the pod must restart. */
  readonly configHash: string | null;
  readonly jobs: readonly JobModel[];
  readonly routes: readonly RouteModel[];
  readonly autoscaling: Service["autoscaling"] | null;
  readonly podDisruptionBudget: Service["podDisruptionBudget"] | null;
  readonly metrics: { readonly port: string; readonly path: string } | null;
  readonly verify: Readonly<Record<string, VerifyCheck>>;
  readonly portForwards: Readonly<Record<string, number>>;
  readonly build: Build | null;
  /** Secrets that its pods read, by name. */
  readonly secretNames: readonly string[];
}

export function serviceModel(effective: EffectiveService, context: ServiceContext): ServiceModel {
  const { name, service } = effective;
  const pointer = `/services/${pointerSegment(name)}${effective.isMocked ? "/mock" : ""}`;
  const resolve = (text: string): string => resolveText(text, context.addresses);
  const volumes = volumeModels(name, service, context.inputs.registry.volumes ?? {}, context.mapStorageClass);
  const container = containerModel(name, service, imageOf(service, context), resolve);
  return {
    name,
    platform: context.inputs.registry.name,
    owner: context.inputs.registry.owner ?? null,
    pointer,
    namespace: context.namespaceOf(effective),
    ...workloadPart(effective, volumes),
    ...networkPart(effective),
    ...podPart(service),
    ...configPart(effective, context, resolve),
    container,
    volumes,
    jobs: jobModels(service, container, pointer, resolve),
    routes: routeModels(name, service, context.ingress, pointer, resolve),
    build: service.build ?? null,
    secretNames: secretNames(service),
  };
}

type Part<K extends keyof ServiceModel> = Pick<ServiceModel, K>;

function workloadPart(
  { service, isMocked }: EffectiveService,
  volumes: readonly VolumeModel[],
): Part<"description" | "kind" | "isMocked" | "replicas" | "strategy" | "autoscaling" | "podDisruptionBudget"> {
  const isStateful = service.kind === "StatefulSet";
  return {
    description: service.description ?? null,
    kind: isStateful ? "StatefulSet" : "Deployment",
    isMocked,
    replicas: service.autoscaling ? null : (service.replicas ?? 1),
    strategy: isStateful ? null : (service.strategy ?? defaultStrategy(volumes, service.gpu !== undefined)),
    autoscaling: service.autoscaling ?? null,
    podDisruptionBudget: service.podDisruptionBudget ?? null,
  };
}

function networkPart({
  name,
  service,
}: EffectiveService): Part<"ports" | "service" | "metrics" | "verify" | "portForwards"> {
  const ports = portModels(service);
  const { name: serviceName = name, annotations = {} } = service.service ?? {};
  return {
    ports,
    service: ports.length > 0 ? { name: serviceName, isHeadless: isHeadless(service), annotations } : null,
    metrics: service.metrics ? { port: service.metrics.port, path: service.metrics.path ?? "/metrics" } : null,
    verify: service.verify ?? {},
    portForwards: service.develop?.portForward ?? {},
  };
}

function podPart(
  service: Service,
): Part<
  | "labels"
  | "annotations"
  | "podAnnotations"
  | "podSecurityContext"
  | "terminationGracePeriodSeconds"
  | "gpu"
  | "nodeSelector"
  | "tolerations"
> {
  return {
    labels: service.labels ?? {},
    annotations: service.annotations ?? {},
    podAnnotations: service.podAnnotations ?? {},
    podSecurityContext: service.securityContext?.pod ?? {},
    terminationGracePeriodSeconds: service.terminationGracePeriodSeconds ?? 30,
    gpu: service.gpu ?? null,
    nodeSelector: service.nodeSelector ?? {},
    tolerations: service.tolerations ?? [],
  };
}

function configPart(
  { name, service }: EffectiveService,
  { inputs, configs }: ServiceContext,
  resolve: (text: string) => string,
): Part<"serviceAccount" | "files" | "configMaps" | "configHash"> {
  const files: FilesContext = { name, service, resolve, sources: inputs.files, configs };
  const { name: account = name, annotations = {} } = service.serviceAccount ?? {};
  return {
    serviceAccount: { name: account, annotations },
    files: fileModels(files),
    configMaps: configMaps(files),
    configHash: configHash(files),
  };
}

function imageOf(service: Service, { imagePolicy }: ServiceContext): string {
  return deployedImage(service.image ?? "", service.build !== undefined, imagePolicy);
}

/** A claim that one node at a time can mount would deadlock a rolling update; a GPU is rarely there twice. */
function defaultStrategy(volumes: readonly VolumeModel[], hasGpu: boolean): NonNullable<Service["strategy"]> {
  if (volumes.some((volume) => volume.isExclusive)) return { type: "Recreate" };
  return {
    type: "RollingUpdate",
    rollingUpdate: hasGpu ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 },
  };
}

function portModels(service: Service): PortModel[] {
  return sortedEntries(service.ports).map(([name, port]) => ({
    name,
    containerPort: port.containerPort,
    servicePort: port.servicePort ?? port.containerPort,
    protocol: port.protocol ?? "TCP",
    appProtocol: port.appProtocol ?? null,
  }));
}

function secretNames(service: Service): string[] {
  const jobEnv = Object.values(service.jobs ?? {}).flatMap((job) => Object.values(job.env ?? {}));
  const all: readonly unknown[] = [
    ...Object.values(service.env ?? {}),
    ...Object.values(service.files ?? {}),
    ...(service.envFrom ?? []),
    ...jobEnv,
  ];
  const names = all.flatMap((from) =>
    typeof from === "object" && from !== null && "secret" in from ? [String(from.secret)] : [],
  );
  return [...new Set(names)].toSorted();
}
