import { byCodePoint, sortKeys } from "../lib/merge.ts";
import type { FileModel } from "../model/config.ts";
import type { JobModel } from "../model/job.ts";
import { FILES_VOLUME, fileSubPath } from "../model/mount.ts";
import type { ServiceModel } from "../model/service.ts";
import type { VolumeModel } from "../model/volume.ts";
import { renderContainer } from "./container.ts";
import { serviceLabels } from "./metadata.ts";
import { compact } from "./object.ts";

/** The template of a workload's pods: what serves, what must run before it, and what runs beside it. */
export function workloadTemplate(service: ServiceModel): Record<string, unknown> {
  const migrations = service.jobs.filter((job) => job.as === "initContainer").map((job) => job.container);
  const spec = {
    ...podSettings(service),
    restartPolicy: service.kind === "Job" || service.kind === "CronJob" ? (service.job.restartPolicy ?? "Never") : null,
    terminationGracePeriodSeconds: service.terminationGracePeriodSeconds,
    priorityClassName: service.priorityClassName,
    runtimeClassName: service.runtimeClassName,
    nodeSelector: nodeSelector(service),
    tolerations: [...service.tolerations, ...(service.gpu?.tolerations ?? [])],
    affinity: service.affinity,
    topologySpreadConstraints: service.topologySpreadConstraints,
    initContainers: [...service.extra.before, ...migrations].map(renderContainer),
    containers: [service.container, ...service.extra.beside].map(renderContainer),
    volumes: volumes(service, service.volumes),
  };
  return { metadata: { labels: podLabels(service), ...podAnnotations(service) }, spec: compact(spec) };
}

/** The template of a job's pod: same identity, files and scratch space; another instance, so that no Service selects it. */
export function jobTemplate(service: ServiceModel, job: JobModel, instance: string): Record<string, unknown> {
  const mounted = new Set(job.container.mounts.map(({ name }) => name));
  const scratch = service.volumes.filter(({ name, source }) => source.type === "emptyDir" && mounted.has(name));
  const spec = {
    ...podSettings(service),
    restartPolicy: job.settings.restartPolicy ?? "Never",
    containers: [renderContainer(job.container)],
    volumes: volumes(service, scratch),
  };
  return { metadata: { labels: serviceLabels(service, instance) }, spec: compact(spec) };
}

function podSettings(service: ServiceModel): Record<string, unknown> {
  return {
    serviceAccountName: service.serviceAccount.name,
    automountServiceAccountToken: service.serviceAccount.hasToken,
    // Docker-style variables of every Service of the namespace: noise that has broken programs.
    enableServiceLinks: false,
    imagePullSecrets: service.imagePullSecrets.map((name) => ({ name })),
    hostNetwork: service.hostNetwork || null,
    dnsPolicy: service.dnsPolicy,
    dnsConfig: service.dnsConfig,
    hostAliases: service.hostAliases,
    securityContext: sortKeys(service.podSecurityContext),
  };
}

/** A selector of the registry's own selects only what carries its labels. */
function podLabels(service: ServiceModel): Record<string, string> {
  return sortKeys({ ...serviceLabels(service), ...service.selector });
}

function podAnnotations(service: ServiceModel): Record<string, unknown> {
  const scrape = service.metrics?.mode === "annotations" ? service.metrics : null;
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
  if (source.type === "hostPath") return [{ name, hostPath: { path: source.path } }];
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
