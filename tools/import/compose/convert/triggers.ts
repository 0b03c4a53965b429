import type { JsonObject } from "../../../lib/merge.ts";
import { type Part, carried, lost, partly } from "../entry.ts";
import { at, flagOf, isMapping, itemsOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { part } from "./part.ts";

/** A job of Compose: one that follows a schedule is a CronJob, one that is started by hand a Job that waits. */
export function triggers({ node, section, name }: Context): Part {
  if (section !== "jobs") return part({}, []);
  const manual = at(node, "triggers", "manual");
  const [first, ...others] = itemsOf(at(node, "triggers", "schedule"));
  const more = others.map((item) =>
    lost(item, "a CronJob has one schedule", `write another service for it beside ${name}`),
  );
  const byHand = manual
    ? [carried(manual, flagOf(manual) === false ? "kind" : "kubectl create job --from=cronjob/…")]
    : [];
  if (!first) {
    const place = manual ?? node;
    const told = partly(
      place,
      "it runs when it is deployed: nothing starts a Job by hand",
      `write "suspend": true into services.${name}.job`,
    );
    return part({ kind: "Job" }, [carried(place, "kind", told)]);
  }
  const text = textOf(isMapping(first.value) ? at(first, "cron") : first);
  const timeZone = textOf(at(first, "timezone"));
  const job: JsonObject = {
    schedule: text ?? "",
    ...(timeZone !== null && { timeZone }),
    ...(textOf(at(first, "missed_fires")) === "skip" && { startingDeadlineSeconds: 60 }),
    concurrencyPolicy: "Forbid",
  };
  return part({ kind: "CronJob", job }, [...byHand, ...more, ...scheduleEntries(first)]);
}

function scheduleEntries(node: Parameters<typeof at>[0] & object): Part["entries"] {
  if (!isMapping(node.value)) return [carried(node, "job.schedule")];
  return [...node.value].flatMap(([key, field]) => {
    if (key === "concurrency" && textOf(field) === "queue")
      return [
        carried(
          field,
          "job.concurrencyPolicy",
          partly(field, "a run that is late is left out, not queued", "write Allow"),
        ),
      ];
    return ["cron", "timezone", "concurrency", "missed_fires"].includes(key) ? [carried(field, "job")] : [];
  });
}
