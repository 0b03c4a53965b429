import { type Match, type Rule, below, registry, rule, service } from "../rule.ts";
import { METADATA } from "./metadata.ts";
import { POD } from "./pod.ts";

const SELECTOR: Rule = [
  "spec selector matchLabels {label}",
  ({ captures: { label = "" } }) => [
    service("selector", label),
    rule("what selects the service's pods and no others; it can never change"),
  ],
];

const WORKLOAD: readonly Rule[] = [
  ["metadata name", () => [service("names", "Workload"), rule("the service's name")]],
  ["spec replicas", () => [service("replicas")]],
  ["spec revisionHistoryLimit", () => [service("revisionHistoryLimit"), rule("three to go back to are enough")]],
  ["spec minReadySeconds", () => [service("minReadySeconds")]],
  ["spec progressDeadlineSeconds", () => [service("progressDeadlineSeconds"), service("gpu")]],
  ["spec strategy **", strategy],
  ["spec updateStrategy **", strategy],
  SELECTOR,
  ...below("spec template", POD),
  ...METADATA,
];

function strategy(): ReturnType<Rule[1]> {
  return [
    service("strategy"),
    rule("never fewer pods than wanted; one after the other where a volume or a GPU is there once"),
  ];
}

const STATEFUL_SET: readonly Rule[] = [
  ["spec serviceName", () => [service("service", "name"), rule("its Service gives each pod a name")]],
  ["spec podManagementPolicy", () => [service("podManagementPolicy")]],
  [
    "spec persistentVolumeClaimRetentionPolicy {when}",
    ({ captures: { when = "" } }) => [service("persistentVolumeClaimRetentionPolicy", when)],
  ],
  ["spec volumeClaimTemplates {volume} **", claimCauses],
  ...WORKLOAD,
];

/** A claim says what the registry says of its volume; its class is the environment's. */
export function claimCauses({ captures: { volume = "" }, tail, environment }: Match): ReturnType<Rule[1]> {
  if (tail.at(-1) === "storageClassName")
    return [registry("environments", environment, "storageClasses"), service("volumes", volume, "storageClassName")];
  if (tail.includes("labels")) return [rule("a claim says of itself only what can never change")];
  if (tail.includes("accessModes")) return [service("volumes", volume, "accessModes"), service("volumes", volume)];
  return [service("volumes", volume, ...(tail.includes("storage") ? ["size"] : [])), service("volumes", volume)];
}

const JOB_FIELDS = [
  "backoffLimit",
  "activeDeadlineSeconds",
  "completions",
  "parallelism",
  "suspend",
  "schedule",
  "timeZone",
  "concurrencyPolicy",
  "startingDeadlineSeconds",
  "successfulJobsHistoryLimit",
  "failedJobsHistoryLimit",
];

const JOB_DEFAULTS: Readonly<Record<string, string>> = {
  concurrencyPolicy: "one at a time",
  startingDeadlineSeconds: "not hours late",
};

/** A job of a service, or a service that is one: the object's own name tells which. */
const JOB: readonly Rule[] = [
  [
    "metadata name",
    () => [
      service("names", "Workload"),
      rule("the service's and the job's name; that of a Job ends in a hash of its specification"),
    ],
  ],
  ...JOB_FIELDS.flatMap((field): Rule[] =>
    ["spec", "spec jobTemplate spec"].map((prefix) => [
      `${prefix} ${field}`,
      ({ entry }) => [
        ...(entry === "" ? [service("job", field)] : [service("jobs", entry, field)]),
        ...(JOB_DEFAULTS[field] === undefined ? [] : [rule(JOB_DEFAULTS[field])]),
      ],
    ]),
  ),
  ...below("spec template", POD),
  ...below("spec jobTemplate spec template", POD),
  ...METADATA,
];

export const WORKLOADS = {
  Deployment: WORKLOAD,
  StatefulSet: STATEFUL_SET,
  DaemonSet: WORKLOAD,
  Job: JOB,
  CronJob: JOB,
} as const satisfies Readonly<Record<string, readonly Rule[]>>;
