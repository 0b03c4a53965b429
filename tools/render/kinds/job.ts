import { shortHash } from "../../lib/hash.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";
import { jobTemplate } from "../pod.ts";

/**
 * A job's specification can never be changed, so its name ends in a hash of it: the same one is applied again without
 * effect, another one is another Job. No TTL: a Job that disappeared would be run again by the next unchanged apply.
 */
export const job: Kind = {
  home: "overlay",
  ofService: (service) =>
    service.jobs
      .filter((one) => one.as === "job")
      .map((one) => {
        const instance = `${service.name}-${one.name}`;
        const spec = compact({
          backoffLimit: one.backoffLimit,
          activeDeadlineSeconds: one.activeDeadlineSeconds,
          template: jobTemplate(service, one.container, instance),
        });
        const metadata = serviceMetadata(service, `${instance}-${shortHash(JSON.stringify(spec), 8)}`, { instance });
        return {
          pointer: one.pointer,
          slug: one.name,
          description: one.description,
          object: { apiVersion: "batch/v1", kind: "Job", metadata, spec },
        };
      }),
};
