import type { JobSettings } from "../../registry/schema/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { volumeNotes } from "../notes.ts";
import { type Kind, type KubeObject, compact } from "../object.ts";
import { jobTemplate, workloadTemplate } from "../pod.ts";
import { drawWorkload } from "../workload.ts";
import { jobSpec } from "./job.ts";

/**
 * A service of kind CronJob, and the jobs of services that say a schedule. One at a time, and not hours late, unless the
 * registry says otherwise. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/
 */
export const cronJob: Kind = {
  home: "base",
  ofService: (service) => [
    ...drawWorkload(service, "CronJob", "batch/v1", () => spec(service.job, workloadTemplate(service))),
    ...service.jobs
      .filter((job) => job.as === "cronJob")
      .map((job) => {
        const instance = `${service.name}-${job.name}`;
        const metadata = serviceMetadata(service, instance, { instance });
        const object: KubeObject = {
          apiVersion: "batch/v1",
          kind: "CronJob",
          metadata,
          spec: spec(job.settings, jobTemplate(service, job, instance)),
        };
        const { pointer, description } = job;
        return { pointer, slug: job.name, description, notes: volumeNotes(service), object };
      }),
  ],
};

function spec(settings: JobSettings, template: Record<string, unknown>): Record<string, unknown> {
  return compact({
    schedule: settings.schedule,
    timeZone: settings.timeZone,
    concurrencyPolicy: settings.concurrencyPolicy ?? "Forbid",
    startingDeadlineSeconds: settings.startingDeadlineSeconds ?? 600,
    suspend: settings.suspend,
    successfulJobsHistoryLimit: settings.successfulJobsHistoryLimit,
    failedJobsHistoryLimit: settings.failedJobsHistoryLimit,
    jobTemplate: { spec: jobSpec(settings, template) },
  });
}
