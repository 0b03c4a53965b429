/** What Slipway does in every platform although a linter advises against it: said here once, and not service by service. */
export interface Decision {
  /** `<linter>/<id>` */
  readonly check: string;
  readonly reason: string;
  /** `Kind/name`; every object by default. */
  readonly object?: string;
  /** Profiles of environments; every one by default. */
  readonly profiles?: readonly string[];
}

const PULL =
  "pods start while the registry is away: releases are named by digest, and a laptop has its images from none";
const LOCAL = "a laptop has one node and little memory: one replica, and requests below the limits";

/** A decision that answers nothing any more fails the test. */
export const DECISIONS: readonly Decision[] = [
  { check: "kube-score/container-image-pull-policy", reason: PULL },
  { check: "checkov/CKV_K8S_15", reason: PULL },
  {
    check: "checkov/CKV_K8S_43",
    profiles: ["local", "staging"],
    reason: "what is being worked on is named by tags: digests are for what is released",
  },
  { check: "kube-score/deployment-replicas", profiles: ["local"], reason: LOCAL },
  { check: "kube-score/container-cpu-requests-equal-limits", profiles: ["local"], reason: LOCAL },
  { check: "kube-score/container-memory-requests-equal-limits", profiles: ["local"], reason: LOCAL },
  {
    check: "kube-score/container-resource-requests-equal-limits",
    reason: "says again what the checks of CPU and of memory have said",
  },
  {
    check: "kube-score/networkpolicy-targets-pod",
    object: "NetworkPolicy/default-deny",
    reason: "every namespace denies by default, before its first pod comes",
  },
];
