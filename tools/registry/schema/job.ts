import { z } from "zod";
import { resources } from "./container.ts";
import { description, envName, recordOf, template } from "./names.ts";
import { envValue } from "./variables.ts";

/** What a Job or a CronJob says beside its pod; Kubernetes' words. */
const settings = {
  backoffLimit: z.int().min(0).optional().describe("Retries before it counts as failed; 6 by default."),
  activeDeadlineSeconds: z.int().min(1).optional().describe("It is stopped after this time."),
  completions: z.int().min(1).optional().describe("Pods that must succeed; 1 by default."),
  parallelism: z.int().min(0).optional().describe("Pods at a time; 1 by default."),
  restartPolicy: z.enum(["Never", "OnFailure"]).optional().describe("Never by default: each try leaves its logs."),
  schedule: z.string().optional().describe('Cron expression such as "0 3 * * *": a CronJob.'),
  timeZone: z.string().optional().describe("IANA name; the controller's by default."),
  concurrencyPolicy: z.enum(["Allow", "Forbid", "Replace"]).optional().describe("Forbid by default."),
  startingDeadlineSeconds: z.int().min(1).optional().describe("How late it may still start; 600 by default."),
  suspend: z.boolean().optional().describe("Not started for now; false by default."),
  successfulJobsHistoryLimit: z.int().min(0).optional().describe("3 by default."),
  failedJobsHistoryLimit: z.int().min(0).optional().describe("1 by default."),
};

export const jobSettings = z
  .strictObject(settings)
  .describe("What a service of kind Job or CronJob says beside its pod.");

export const job = z
  .strictObject({
    description: description.optional(),
    command: z.array(template).optional().describe("The service's by default."),
    args: z.array(template).optional().describe("The service's by default, unless it says a command."),
    when: z.enum(["preDeploy", "postDeploy"]).optional().describe("postDeploy by default."),
    as: z
      .enum(["job", "initContainer"])
      .optional()
      .describe("preDeploy is an init container (plain kubectl orders nothing), postDeploy a Job."),
    env: recordOf(envName, envValue).optional().describe("Laid over the service's."),
    resources: resources.optional(),
    ...settings,
  })
  .describe("Runs once per version of its specification, in the service's image with its variables and files.");
