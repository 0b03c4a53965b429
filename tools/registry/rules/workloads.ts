import type { EffectiveService } from "../effective.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** Combinations that the API refuses or that cannot work. */
export const workloads: ServiceRule = (effective, scope) => [
  ...autoscalingProblems(effective),
  ...budgetProblems(effective),
  ...nameProblems(effective),
  ...jobProblems(effective),
  ...ignoredByMock(effective, scope),
];

// What Kubernetes makes of a name must still fit into a label: a StatefulSet's revision and our Jobs' hash are appended.
const LABEL = 63;
const REVISION = "-1234567890".length;
const JOB_HASH = "-12345678".length;

function nameProblems({ name, service: { kind, jobs = {} } }: EffectiveService): Problem[] {
  const tooLong = (path: readonly string[], made: string, most: number): Problem[] => {
    const message = `"${made}" has ${made.length} characters, and the names that Kubernetes makes of it leave room for ${most}`;
    return made.length <= most
      ? []
      : [{ code: "NAME_TOO_LONG", path, message, fix: `shorten it to ${most} characters` }];
  };
  return [
    ...(kind === "StatefulSet" ? tooLong([], name, LABEL - REVISION) : []),
    ...Object.keys(jobs).flatMap((job) => tooLong(["jobs", job], `${name}-${job}`, LABEL - JOB_HASH)),
  ];
}

function autoscalingProblems({ service: { autoscaling } }: EffectiveService): Problem[] {
  if (!autoscaling) return [];
  const path = ["autoscaling"];
  const { minReplicas, maxReplicas, targetCPUUtilizationPercentage: cpu } = autoscaling;
  const message = `minReplicas ${minReplicas} is more than maxReplicas ${maxReplicas}`;
  if (minReplicas > maxReplicas) return [{ code: "AUTOSCALING_RANGE", path, message, fix: "swap them" }];
  if (cpu !== undefined || autoscaling.targetMemoryUtilizationPercentage !== undefined || autoscaling.metrics)
    return [];
  const fix = "add targetCPUUtilizationPercentage or targetMemoryUtilizationPercentage";
  return [{ code: "AUTOSCALING_TARGET", path, message: "autoscaling says no target", fix }];
}

function budgetProblems({ service: { podDisruptionBudget: budget } }: EffectiveService): Problem[] {
  if (budget?.minAvailable === undefined || budget.maxUnavailable === undefined) return [];
  const message = "a budget says minAvailable or maxUnavailable, not both";
  return [{ code: "BUDGET_BOTH", path: ["podDisruptionBudget"], message, fix: "remove one of the two" }];
}

function jobProblems({ service: { jobs = {} } }: EffectiveService): Problem[] {
  return Object.entries(jobs).flatMap(([name, { when, as }]) =>
    when === "postDeploy" && as === "initContainer"
      ? [
          {
            code: "JOB_WHEN",
            path: ["jobs", name, "as"],
            message: "an init container runs before the service, not after it was deployed",
            fix: 'write "when": "preDeploy", or "as": "job"',
          },
        ]
      : [],
  );
}

function ignoredByMock({ name, isMocked, environment }: EffectiveService, { registry }: Scope): Problem[] {
  const patch = environment === null ? undefined : registry.services[name]?.environments?.[environment];
  const ignored = isMocked ? Object.keys(patch ?? {}).filter((key) => key !== "mock" && key !== "exceptions") : [];
  if (ignored.length === 0) return [];
  const at = `environments.${environment}`;
  const message = `${name} is mocked in environment ${environment}: ${ignored.join(", ")} of its ${at} says nothing there`;
  return [
    {
      code: "MOCK_IGNORES",
      severity: "warning",
      path: ["environments", environment ?? ""],
      message,
      fix: `move it to ${at}.mock, or remove it`,
    },
  ];
}
