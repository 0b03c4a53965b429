import { SYNC_NAME } from "../../registry/develop.ts";
import { type Match, type Rule, below, registry, rule, service } from "../rule.ts";
import { CONTAINER } from "./container.ts";
import { roomForFiles } from "./develop.ts";
import { LABELS } from "./metadata.ts";

const HARDENED = "hardened: what Pod Security restricted asks of every pod";

/** The template of a service's pods, and of those of its jobs. */
export const POD: readonly Rule[] = [
  ...below("metadata", LABELS),
  [
    "metadata annotations {annotation}",
    ({ captures: { annotation = "" } }) => {
      if (annotation === "checksum/config")
        return [rule("a hash of the configuration that the pod reads: it restarts exactly when that changes")];
      if (annotation.startsWith("prometheus.io/")) return [service("podAnnotations", annotation), service("metrics")];
      return [service("podAnnotations", annotation)];
    },
  ],
  ["spec serviceAccountName", () => [service("serviceAccount", "name"), rule("an account of its own")]],
  [
    "spec automountServiceAccountToken",
    () => [
      service("serviceAccount", "automountServiceAccountToken"),
      service("serviceAccount", "rules"),
      service("serviceAccount", "clusterRules"),
      rule("no token: nothing in the pod talks to the API server"),
    ],
  ],
  ["spec enableServiceLinks", () => [rule("no variables for every Service of the namespace")]],
  ["spec imagePullSecrets **", () => [service("imagePullSecrets")]],
  ["spec hostNetwork", () => [service("hostNetwork")]],
  ["spec dnsPolicy", () => [service("dnsPolicy"), service("hostNetwork")]],
  ["spec dnsConfig **", () => [service("dnsConfig")]],
  ["spec hostAliases **", () => [service("hostAliases")]],
  [
    "spec securityContext **",
    ({ tail }) => [
      service("securityContext", "pod", ...tail),
      service("securityContext", "pod", tail[0] ?? ""),
      rule(HARDENED),
    ],
  ],
  [
    "spec restartPolicy",
    () => [service("job", "restartPolicy"), service("jobs"), rule("each try of a job leaves its logs")],
  ],
  ["spec terminationGracePeriodSeconds", () => [service("terminationGracePeriodSeconds")]],
  ["spec priorityClassName", () => [service("priorityClassName")]],
  ["spec runtimeClassName", () => [service("runtimeClassName"), service("gpu", "runtimeClassName")]],
  [
    "spec nodeSelector {label}",
    ({ captures: { label = "" } }) => [
      service("nodeSelector", label),
      service("gpu", "nodeSelector", label),
      service("gpu", "product"),
    ],
  ],
  ["spec tolerations **", () => [service("tolerations"), service("gpu", "tolerations")]],
  [
    "spec affinity **",
    ({ tail }) => [
      service("affinity", tail[0] ?? ""),
      rule("apart from each other where there are several nodes, never in the way where there is one"),
    ],
  ],
  [
    "spec topologySpreadConstraints **",
    () => [
      service("topologySpreadConstraints"),
      rule("over nodes and zones where there are several, never in the way where there is one"),
    ],
  ],
  ...below("spec initContainers {container}", CONTAINER),
  ...below("spec containers {container}", CONTAINER),
  ...below("spec volumes {volume}", [["**", volumeCauses]]),
];

function volumeCauses(match: Match): ReturnType<Rule[1]> {
  const { captures, environment } = match;
  const { volume = "" } = captures;
  if (volume === SYNC_NAME) return roomForFiles(match);
  return [
    ...(volume === "files" ? [service("files")] : []),
    service("volumes", volume),
    ...(volume === "shm" ? [service("gpu", "shmSize")] : []),
    registry("environments", environment, "storageClasses"),
    rule("a writable /tmp: the root file system is read-only"),
  ];
}
