import { shortHash } from "../../lib/hash.ts";
import type { ServiceModel } from "../../model/service.ts";
import type { JobSettings } from "../../registry/schema/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { podNotes, volumeNotes } from "../notes.ts";
import { type Drawn, type Kind, compact } from "../object.ts";
import { jobTemplate, workloadTemplate } from "../pod.ts";

/**
 * A job's specification can never be changed, so its name ends in a hash of it: the same one is applied again without
 * effect, another one is another Job. No TTL: a Job that disappeared would be run again by the next unchanged apply.
 */
export const job: Kind = {
  home: "overlay",
  ofService: (service) => [
    ...(service.kind === "Job" ? [ofKindJob(service)] : []),
    ...service.jobs
      .filter((one) => one.as === "job")
      .map((one) => {
        const instance = `${service.name}-${one.name}`;
        const spec = jobSpec(one.settings, jobTemplate(service, one, instance));
        const metadata = serviceMetadata(service, hashedName(instance, spec), { instance });
        return {
          pointer: one.pointer,
          slug: one.name,
          description: one.description,
          notes: volumeNotes(service),
          object: { apiVersion: "batch/v1", kind: "Job", metadata, spec },
        };
      }),
  ],
};

/** What a Job says around the template of its pods. */
export function jobSpec(settings: JobSettings, template: Record<string, unknown>): Record<string, unknown> {
  const { backoffLimit, activeDeadlineSeconds, completions, parallelism } = settings;
  return compact({ backoffLimit, activeDeadlineSeconds, completions, parallelism, template });
}

function ofKindJob(service: ServiceModel): Drawn {
  const spec = { ...jobSpec(service.job, workloadTemplate(service)), ...(service.job.suspend && { suspend: true }) };
  const metadata = serviceMetadata(service, hashedName(service.names.workload, spec), {
    annotations: service.annotations,
  });
  return {
    pointer: service.pointer,
    description: service.description,
    notes: podNotes(service),
    object: { apiVersion: "batch/v1", kind: "Job", metadata, spec },
  };
}

function hashedName(name: string, spec: Record<string, unknown>): string {
  return `${name}-${shortHash(JSON.stringify(spec), 8)}`;
}
