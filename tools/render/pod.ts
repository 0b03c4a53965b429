import { byCodePoint, sortKeys } from "../lib/merge.ts";
import type { FileModel } from "../model/config.ts";
import type { ContainerModel } from "../model/container.ts";
import { selectorLabels } from "../model/names.ts";
import type { ServiceModel } from "../model/service.ts";
import type { VolumeModel } from "../model/volume.ts";
import { FILES_VOLUME, fileSubPath, renderContainer } from "./container.ts";
import { serviceLabels } from "./metadata.ts";
import { compact } from "./object.ts";

/** The template of a workload's pods: what serves, and what must run before it. */
export function workloadTemplate(service: ServiceModel): Record<string, unknown> {
  const before = service.jobs.filter((job) => job.as === "initContainer");
  const spec = {
    ...podSettings(service),
    terminationGracePeriodSeconds: service.terminationGracePeriodSeconds,
    runtimeClassName: service.gpu?.runtimeClassName,
    nodeSelector: nodeSelector(service),
    tolerations: [...service.tolerations, ...(service.gpu?.tolerations ?? [])],
    affinity: apart(service),
    topologySpreadConstraints: spread(service),
    initContainers: before.map((job) => renderContainer(job.container, service, "init")),
    containers: [renderContainer(service.container, service, "main")],
    volumes: volumes(service, service.volumes),
  };
  return { metadata: { labels: serviceLabels(service), ...podAnnotations(service) }, spec: compact(spec) };
}

/** The template of a job's pod: same identity, files and scratch space; another instance, so that no Service selects it. */
export function jobTemplate(service: ServiceModel, job: ContainerModel, instance: string): Record<string, unknown> {
  const scratch = service.volumes.filter((volume) => volume.source.type === "emptyDir");
  const spec = {
    ...podSettings(service),
    restartPolicy: "Never",
    containers: [renderContainer(job, service, "job")],
    volumes: volumes(service, scratch),
  };
  return { metadata: { labels: serviceLabels(service, instance) }, spec: compact(spec) };
}

function podSettings(service: ServiceModel): Record<string, unknown> {
  return {
    serviceAccountName: service.serviceAccount.name,
    automountServiceAccountToken: false,
    // Docker-style variables of every Service of the namespace: noise that has broken programs.
    enableServiceLinks: false,
    securityContext: sortKeys(service.podSecurityContext),
  };
}

function podAnnotations(service: ServiceModel): Record<string, unknown> {
  const scrape = service.metrics;
  const port = service.ports.find(({ name }) => name === scrape?.port);
  const annotations = {
    ...(scrape &&
      port && {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(port.containerPort),
        "prometheus.io/path": scrape.path,
      }),
    ...(service.configHash !== null && { "checksum/config": service.configHash }),
    ...service.podAnnotations,
  };
  return Object.keys(annotations).length > 0 ? { annotations: sortKeys(annotations) } : {};
}

function nodeSelector(service: ServiceModel): Record<string, string> {
  const product = service.gpu?.product === undefined ? {} : { "nvidia.com/gpu.product": service.gpu.product };
  return sortKeys({ ...service.nodeSelector, ...service.gpu?.nodeSelector, ...product });
}

/** A node without another replica, where there is one: nearly what spreading says, in the words that linters look for. */
function apart(service: ServiceModel): Record<string, unknown> {
  const podAffinityTerm = {
    topologyKey: "kubernetes.io/hostname",
    labelSelector: { matchLabels: selectorLabels(service.name, service.name) },
  };
  return {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] },
  };
}

/** Over nodes and zones where there are several, never in the way where there is one. */
function spread(service: ServiceModel): readonly Record<string, unknown>[] {
  return ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selectorLabels(service.name, service.name) },
  }));
}

function volumes(service: ServiceModel, models: readonly VolumeModel[]): readonly Record<string, unknown>[] {
  const files =
    service.files.length > 0 ? [{ name: FILES_VOLUME, projected: { sources: projections(service.files) } }] : [];
  return [...models.flatMap(renderVolume), ...files].toSorted((a, b) =>
    byCodePoint(String(a["name"]), String(b["name"])),
  );
}

function renderVolume({ name, source }: VolumeModel): readonly Record<string, unknown>[] {
  if (source.type === "claimTemplate") return [];
  if (source.type === "emptyDir")
    return [{ name, emptyDir: compact({ medium: source.medium, sizeLimit: source.sizeLimit }) }];
  return [{ name, persistentVolumeClaim: { claimName: source.claimName } }];
}

function projections(files: readonly FileModel[]): readonly Record<string, unknown>[] {
  const bySource = new Map<string, FileModel[]>();
  for (const file of files) {
    const id = `${file.from.kind}/${file.from.name}`;
    bySource.set(id, [...(bySource.get(id) ?? []), file]);
  }
  return [...bySource.values()].map((group) => projection(group));
}

function projection(group: readonly FileModel[]): Record<string, unknown> {
  const [first] = group;
  // One key may be mounted at two paths; it is projected once.
  const byKey = new Map(
    group.map((file) => [file.from.key, { key: file.from.key, path: fileSubPath(file), mode: file.mode }]),
  );
  return {
    [first?.from.kind === "secret" ? "secret" : "configMap"]: { name: first?.from.name, items: [...byKey.values()] },
  };
}
