import { mergeLayers, sortedEntries } from "../lib/merge.ts";
import type { Job, Service } from "../registry/schema/service.ts";
import { type ContainerModel, resourcesOf } from "./container.ts";
import { orderedVariables } from "./environment-variables.ts";
import { pointerSegment } from "./names.ts";

export interface JobModel {
  /** As the registry calls it. */
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly as: "job" | "initContainer";
  readonly container: ContainerModel;
  readonly backoffLimit: number | null;
  readonly activeDeadlineSeconds: number | null;
}

/** The service's jobs: its image, variables and files, with another command. They serve nothing, so nothing probes them. */
export function jobModels(
  written: Service,
  container: ContainerModel,
  pointer: string,
  resolve: (text: string) => string,
): JobModel[] {
  return sortedEntries(written.jobs).map(([name, job]) => ({
    name,
    pointer: `${pointer}/jobs/${pointerSegment(name)}`,
    description: job.description ?? null,
    as: job.as ?? (job.when === "preDeploy" ? "initContainer" : "job"),
    container: jobContainer(name, written, job, container, resolve),
    backoffLimit: job.backoffLimit ?? null,
    activeDeadlineSeconds: job.activeDeadlineSeconds ?? null,
  }));
}

function jobContainer(
  name: string,
  written: Service,
  job: Job,
  container: ContainerModel,
  resolve: (text: string) => string,
): ContainerModel {
  // A job is no model server: the GPU stays with the service.
  const resources = resourcesOf({ resources: mergeLayers([written.resources, job.resources]) as Service["resources"] });
  return {
    ...container,
    name,
    command: job.command?.map(resolve) ?? container.command,
    args: job.args?.map(resolve) ?? (job.command ? null : container.args),
    env: orderedVariables({ ...written.env, ...job.env }, resolve),
    resources,
    probes: {},
  };
}
