import { mergeLayers, sortedEntries } from "../lib/merge.ts";
import type { Job, JobSettings, Service } from "../registry/schema/service.ts";
import { type ContainerModel, type Surroundings, resourcesOf } from "./container.ts";
import { orderedVariables } from "./environment-variables.ts";
import { fileMounts, volumeMounts } from "./mount.ts";
import { pointerSegment } from "./names.ts";

export interface JobModel {
  /** As the registry calls it. */
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly as: "job" | "cronJob" | "initContainer";
  readonly container: ContainerModel;
  readonly settings: JobSettings;
}

/** The service's jobs: its image, variables and files, with another command. They serve nothing, so nothing probes them. */
export function jobModels(
  written: Service,
  container: ContainerModel,
  pointer: string,
  around: Surroundings,
): JobModel[] {
  return sortedEntries(written.jobs).map(([name, job]) => {
    const { description, command: _, args: __, when, as, env: ___, resources: ____, ...settings } = job;
    const kind = as ?? (when === "preDeploy" ? "initContainer" : "job");
    return {
      name,
      pointer: `${pointer}/jobs/${pointerSegment(name)}`,
      description: description ?? null,
      as: job.schedule !== undefined ? "cronJob" : kind,
      container: jobContainer(name, written, job, container, around),
      settings,
    };
  });
}

function jobContainer(
  name: string,
  written: Service,
  job: Job,
  container: ContainerModel,
  { resolve, envFileVariables, volumes, files }: Surroundings,
): ContainerModel {
  // A job is no model server: the GPU stays with the service.
  const resources = resourcesOf({ resources: mergeLayers([written.resources, job.resources]) as Service["resources"] });
  const isInit = (job.as ?? (job.when === "preDeploy" ? "initContainer" : "job")) === "initContainer";
  // A claim may be held by the pod that serves: a pod of its own has only files and scratch space.
  const seen = isInit ? volumes : volumes.filter(({ source }) => source.type === "emptyDir");
  return {
    ...container,
    name,
    description: job.description ?? null,
    command: job.command?.map(resolve) ?? container.command,
    args: job.args?.map(resolve) ?? (job.command ? null : container.args),
    ports: [],
    env: orderedVariables({ ...envFileVariables, ...written.env, ...job.env }, resolve),
    resources,
    probes: {},
    lifecycle: {},
    mounts: [...volumeMounts(seen), ...fileMounts(files)],
  };
}
