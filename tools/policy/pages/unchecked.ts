/** A demand of others that no check makes. */
export interface Unchecked {
  readonly demand: string;
  readonly tags: readonly string[];
  readonly why: string;
}

/** Every row of the usual linters and standards that is left out: decided otherwise, or not to be seen in manifests. */
export const UNCHECKED: readonly Unchecked[] = [
  {
    demand: "SELinux options are set on every pod",
    tags: ["kubescape/C-0211"],
    why: "Runtimes set container_t by themselves where SELinux is on; what is set wrongly is SELINUX.",
  },
  {
    demand: "An AppArmor profile is named",
    tags: ["polaris/linuxHardening"],
    why: "Named, it keeps pods off nodes without AppArmor; unnamed, the runtime's own holds. Taking it away is APPARMOR.",
  },
  {
    demand: "An account `default` without a token in every namespace",
    tags: ["checkov/CKV_K8S_41", "kubescape/C-0189", "cis/5.1.5"],
    why: "No pod uses it: each has its own account and says itself that it wants no token (SERVICE_ACCOUNT_TOKEN). Kubernetes makes the object, so applying one would fight over its owner.",
  },
  {
    demand: "No variable is called like a secret, whatever its value",
    tags: ["polaris/sensitiveContainerEnvVar", "kubescape/C-0259"],
    why: "It is true of POSTGRES_PASSWORD_FILE and MAX_TOKENS. SECRET_IN_CLEAR looks at the value too.",
  },
  {
    demand:
      "No key of a ConfigMap is called like a secret, an e-mail address or a hash; no value is a short word in capitals",
    tags: ["polaris/sensitiveConfigmapContent", "trivy/KSV-0109", "trivy/KSV-01010"],
    why: "It is true of `username`, of `INFO` and of `5432`. SECRET_IN_CLEAR looks for what holds a secret.",
  },
  {
    demand: "Text of high entropy is a secret",
    tags: ["gitleaks", "airgap/AG14"],
    why: "It is true of model names and image tags. Known forms of credentials are SECRET_IN_CLEAR and BUILD_SECRET; a scanner of the whole history belongs into CI.",
  },
  {
    demand: "No pod mounts a ConfigMap, a Secret or a claim",
    tags: ["kubescape/C-0255", "kubescape/C-0257", "kubescape/C-0258"],
    why: "They mark where an attacker would look, and are no faults.",
  },
  {
    demand: "imagePullPolicy is Always",
    tags: [
      "kube-score/container-image-pull-policy",
      "polaris/pullPolicyNotAlways",
      "checkov/CKV_K8S_15",
      "kyverno/always-pull-images",
    ],
    why: "Images have exact tags or digests, so pulling again gets the same, and an unreachable registry would keep pods from starting.",
  },
  {
    demand: "Every pod names a pull secret",
    tags: ["kyverno/require-imagepullsecrets", "airgap/AG04"],
    why: "Nodes may know the registry's password (registries.yaml of RKE2). Where one pod names a secret, IMAGE_PULL_SECRET asks it of all.",
  },
  {
    demand: "The labels owner and email",
    tags: ["kube-linter/required-label-owner", "kube-linter/required-annotation-email"],
    why: "`owner` of the registry is optional; an e-mail address is no concern of a workload.",
  },
  {
    demand: "Objects match the schema of their kind",
    tags: ["kube-linter/schema-validation", "kubeconform", "kubectl-validate"],
    why: "It needs the schemas of the cluster's version: `kubectl apply --dry-run=server`, or kubeconform with them. API_VERSION, LABEL_SYNTAX, LIMITS_ORDER, SELECTOR and others tell what is refused most often.",
  },
  {
    demand: "Keys are sorted",
    tags: ["kube-linter/sorted-keys"],
    why: "kustomize sorts what it prints; the files keep the order in which people read.",
  },
  {
    demand: "Requests equal limits",
    tags: [
      "kube-score/container-resource-requests-equal-limits",
      "kube-score/container-cpu-requests-equal-limits",
      "kube-score/container-memory-requests-equal-limits",
      "kube-score/container-ephemeral-storage-request-equals-limit",
      "kyverno/require-qos-guaranteed",
    ],
    why: "They are equal by default; a service that writes them apart has a reason. Others forbid it (kyverno/require-qos-burstable).",
  },
  {
    demand: "Jobs and CronJobs have probes",
    tags: ["kubescape/C-0018", "kubescape/C-0056"],
    why: "Nobody sends them traffic, and whether they hang is what activeDeadlineSeconds is for.",
  },
  {
    demand: "Three replicas",
    tags: ["kube-linter/minimum-three-replicas", "kube-linter/hpa-minimum-three-replicas"],
    why: "Replicas are as written. REPLICAS and AUTOSCALER_MINIMUM ask for two where it must last.",
  },
  {
    demand: "Node affinity",
    tags: ["kube-linter/no-node-affinity"],
    why: "Pods that need certain nodes say so by nodeSelector; the others run anywhere.",
  },
  {
    demand: "A priority class",
    tags: ["polaris/priorityClassNotSet", "kube-linter/priority-class-name"],
    why: "The two contradict each other: one wants any, the other system classes only.",
  },
  {
    demand: "dnsConfig with ndots 2",
    tags: ["kube-linter/dnsconfig-options"],
    why: "It changes which short names resolve. Names are generated in full, and need it not.",
  },
  {
    demand: "restartPolicy is written for workloads too",
    tags: ["kube-linter/restart-policy"],
    why: "Always is the only value that the API takes there.",
  },
  {
    demand: "Jobs are removed some time after they are done",
    tags: ["kube-linter/job-ttl-seconds-after-finished"],
    why: "A Job that disappeared is run again by the next unchanged apply. Its name ends in a hash of its specification instead.",
  },
  {
    demand: "The annotation kubernetes.io/ingress.allow-http is false",
    tags: ["kyverno/require-ingress-https"],
    why: "Neither Traefik nor ingress-nginx reads it; INGRESS_TLS asks for TLS itself.",
  },
  {
    demand: "Network policies of exactly one label, with rules in both directions",
    tags: ["polaris/missingNetworkPolicy"],
    why: "Nobody calls a worker: a policy without ingress rules is the strictest there is.",
  },
  {
    demand: "No rule of a policy without a declared dependency",
    tags: ["airgap/AG10"],
    why: "Metrics, ingress controllers and hand-written rules are no dependencies. EGRESS_OPEN, DANGLING_POLICY, BLOCKED_EDGE and UNDECLARED_DEPENDENCY hold the rest.",
  },
  {
    demand: "No Services of the type ExternalName",
    tags: ["airgap/AG12", "kube-linter/exposed-services"],
    why: "They give what lies outside a name in the cluster, on purpose. Where they lead is CLOSED_WORLD's to judge.",
  },
  {
    demand: "The labels version and component",
    tags: ["kubescape/C-0077"],
    why: "A version in the pods' labels is changed with each image, which says it already. The other common labels are LABELS.",
  },
  {
    demand: "Namespaces audit and warn by Pod Security too, at a fixed version",
    tags: ["kubescape/C-0192", "stig/V-254800"],
    why: "Generated namespaces do; what decides is the level that is enforced (POD_SECURITY), and the cluster's own version.",
  },
  {
    demand: "Images are signed",
    tags: ["kubescape/C-0236", "kubescape/C-0237", "cis/5.5.1"],
    why: "The registry must be asked.",
  },
  {
    demand: "The cluster: CNI, encryption of Secrets, version, audit, admission",
    tags: [
      "cis/5.3.1",
      "cis/5.4.2",
      "kubescape/C-0068",
      "kubescape/C-0091",
      "kubescape/C-0273",
      "stig/V-274882",
      "stig/V-254573",
      "stig/V-242437",
    ],
    why: "No manifest says it.",
  },
  {
    demand: "Checks of PodSecurityPolicy, Gatekeeper, Argo CD, OpenShift, and deprecated ones",
    tags: [
      "checkov/CKV_K8S_1",
      "checkov/CKV_K8S_2",
      "kubescape/C-0081",
      "kube-linter/scc-deny-privileged-container",
      "trivy/KSV-0032",
      "trivy/KSV-0033",
      "trivy/KSV-0034",
      "trivy/KSV-0035",
      "trivy/KSV-0124",
    ],
    why: "These APIs are gone, or no part of a platform.",
  },
  {
    demand: "runAsUser is 1000, and other demands that contradict the ones above",
    tags: ["kyverno/restrict-usergroup-fsgroup-id", "kyverno/forbid-cpu-limits"],
    why: "They contradict USER_ID and RESOURCES.",
  },
  {
    demand: "The bundle holds every digest of the lock",
    tags: ["airgap/AG23", "airgap/AG03"],
    why: "It needs the bundle. LOCK_UNUSED, IMAGE_UNLOCKED and IMAGE_DIGEST compare lock, registry and manifests.",
  },
  {
    demand: "The storage class can set owners, and offers the access modes",
    tags: ["airgap/AG11", "airgap/AG21"],
    why: "It needs the cluster. FS_GROUP, STORAGE_CLASS, CLAIM_SIZE, HOST_PATH and VOLUME_TYPE look at what is written.",
  },
  {
    demand: "GPU nodes: taints, labels, runtime class, how many there are",
    tags: ["airgap/AG17"],
    why: "It needs the nodes. GPU, GPU_SURGE, MEMORY_VOLUME and QUOTA look at what is asked for.",
  },
  {
    demand: "The enclave's own authority is mounted where a client needs it",
    tags: ["airgap/AG24"],
    why: "Which clients those are stands in no manifest; TLS_VERIFY tells where somebody gave up instead.",
  },
  {
    demand: "The committed files are what would be generated",
    tags: ["airgap/AG25"],
    why: "`npm run gen -- --check` compares them byte for byte.",
  },
];
