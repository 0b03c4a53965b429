import type { Finding } from "../../../tools/lib/errors.ts";
import type { Workload } from "../rollout.ts";
import { errorLine } from "./log.ts";

/** A job that has failed for good, with what its last pod said. */
export function jobFinding({ metadata, status = {} }: Workload, log: string): Finding {
  const { name, namespace = "default" } = metadata;
  const failed = status.conditions?.find(({ type, status: value }) => type === "Failed" && value === "True");
  const isLate = failed?.reason === "DeadlineExceeded";
  const said = errorLine(log);
  return {
    code: isLate ? "JOB_DEADLINE" : "JOB_FAILED",
    severity: "error",
    where: `Job/${name} in ${namespace}`,
    message: `${reasonOf(failed?.reason, failed?.message, status.failed)}${said === "" ? "" : `; it said: ${said}`}`,
    fix: isLate
      ? "raise activeDeadlineSeconds in services.json, or find out what it waits for"
      : `correct it and save; all it said: kubectl -n ${namespace} logs job/${name}`,
  };
}

function reasonOf(reason: string | undefined, message: string | undefined, attempts = 0): string {
  if (reason === "BackoffLimitExceeded")
    return `it failed ${attempts === 1 ? "once" : `${attempts} times`}, and no more is allowed`;
  if (reason === "DeadlineExceeded") return "it took longer than its deadline and was stopped";
  return message ?? "it has failed";
}
