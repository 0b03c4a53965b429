import { type Check, ofKind } from "../../check.ts";
import { at } from "../../fields.ts";

export const cronDeadline: Check = {
  code: "CRON_DEADLINE",
  severity: "warning",
  title: "a CronJob that missed its time says until when it may start",
  tags: ["kube-score/cronjob-has-deadline"],
  run: (subject) =>
    ofKind(subject, "CronJob")
      .filter(({ object }) => at(object, "spec", "startingDeadlineSeconds") === undefined)
      .map((object) => ({
        object,
        message: "after a hundred missed times, as in an outage, it is never started again",
        fix: "add startingDeadlineSeconds",
      })),
};
