import { locateIn } from "../effective.ts";
import type { Service, ServiceKind } from "../schema/service.ts";
import type { Problem, ServiceRule } from "./rule.ts";

/** Fields that mean something for some kinds only: written for others they would be lost. */
const FIELDS: Readonly<Partial<Record<keyof Service, readonly ServiceKind[]>>> = {
  autoscaling: ["Deployment", "StatefulSet"],
  job: ["Job", "CronJob"],
  persistentVolumeClaimRetentionPolicy: ["StatefulSet"],
  podManagementPolicy: ["StatefulSet"],
  progressDeadlineSeconds: ["Deployment"],
  strategy: ["Deployment", "StatefulSet", "DaemonSet"],
};

const STRATEGIES: Readonly<Partial<Record<ServiceKind, readonly string[]>>> = {
  Deployment: ["RollingUpdate", "Recreate"],
  StatefulSet: ["RollingUpdate", "OnDelete"],
  DaemonSet: ["RollingUpdate", "OnDelete"],
};

/** What a service says suits its kind. */
export const kinds: ServiceRule = (effective, scope) => {
  const { service } = effective;
  const kind = service.kind ?? "Deployment";
  // What is laid over every service means something for those that it suits.
  const isOwn = (field: string): boolean => locateIn(effective, scope.source, [field])[0] === "services";
  return [
    ...misplaced(service, kind).filter(({ path: [field] }) => isOwn(String(field))),
    ...strategyProblems(service, kind),
    ...scheduleProblems(service, kind),
  ];
};

function misplaced(service: Service, kind: ServiceKind): Problem[] {
  return Object.entries(FIELDS).flatMap(([field, suited]): Problem[] => {
    if (service[field as keyof Service] === undefined || suited.includes(kind)) return [];
    const message = `${field} says nothing for kind ${kind}: it is for ${suited.join(" and ")}`;
    return [{ code: "KIND_FIELD", path: [field], message, fix: `remove it, or set "kind": "${suited[0]}"` }];
  });
}

function strategyProblems({ strategy }: Service, kind: ServiceKind): Problem[] {
  const known = STRATEGIES[kind];
  if (!strategy || !known) return [];
  const { type, rollingUpdate } = strategy;
  if (!known.includes(type))
    return [
      {
        code: "STRATEGY_KIND",
        path: ["strategy", "type"],
        message: `a ${kind} knows no strategy ${type}`,
        fix: `write ${known.join(" or ")}`,
      },
    ];
  if (type !== "RollingUpdate" && rollingUpdate)
    return [
      {
        code: "STRATEGY_RECREATE",
        path: ["strategy", "rollingUpdate"],
        message: `${type} knows no rollingUpdate`,
        fix: "remove it, or the other of the two",
      },
    ];
  const stray = (["maxSurge", "partition"] as const).filter(
    (field) => rollingUpdate?.[field] !== undefined && (field === "partition") !== (kind === "StatefulSet"),
  );
  return stray.map((field) => ({
    code: "STRATEGY_FIELD",
    path: ["strategy", "rollingUpdate", field],
    message: `a ${kind} knows no ${field}`,
    fix: "remove it",
  }));
}

function scheduleProblems({ job, jobs = {} }: Service, kind: ServiceKind): Problem[] {
  const missing = kind === "CronJob" && job?.schedule === undefined;
  const stray = kind === "Job" && job?.schedule !== undefined;
  const problem = (path: Problem["path"], message: string, fix: string): Problem => ({
    code: "JOB_SCHEDULE",
    path,
    message,
    fix,
  });
  return [
    ...(missing ? [problem([], "a CronJob needs a schedule", 'add "job": {"schedule": "0 3 * * *"}')] : []),
    ...(stray ? [problem(["job", "schedule"], "a Job runs once", 'remove it, or set "kind": "CronJob"')] : []),
    ...Object.entries(jobs).flatMap(([name, { schedule, when, as }]) =>
      schedule !== undefined && (when !== undefined || as === "initContainer")
        ? [
            problem(
              ["jobs", name, "schedule"],
              "a job runs by its schedule or with a deployment, not both",
              "remove the schedule, or when and as",
            ),
          ]
        : [],
    ),
  ];
}
