// What others check, by the names that they use, as of the versions named. Each must be a tag of one of our checks, or of
// what docs/checks.md says is not checked, and why.

/** Tool or standard → its checks that look at what a platform applies. */
export const FOREIGN_CHECKS: Readonly<Record<string, readonly string[]>> = {
  // v0.8.3, all 63 built-in
  "kube-linter": words(`
    access-to-create-pods access-to-secrets cluster-admin-role-binding dangling-horizontalpodautoscaler
    dangling-ingress dangling-networkpolicy dangling-networkpolicypeer-podselector dangling-service
    dangling-servicemonitor default-service-account deprecated-service-account-field dnsconfig-options docker-sock
    drop-net-raw-capability duplicate-env-var env-value-from env-var-secret exposed-services host-ipc host-network
    host-pid hpa-minimum-three-replicas invalid-target-ports job-ttl-seconds-after-finished latest-tag liveness-port
    minimum-three-replicas mismatching-selector no-anti-affinity no-extensions-v1beta no-liveness-probe
    no-node-affinity no-read-only-root-fs no-readiness-probe no-rolling-update-strategy non-existent-service-account
    non-isolated-pod pdb-max-unavailable pdb-min-available pdb-unhealthy-pod-eviction-policy priority-class-name
    privilege-escalation-container privileged-container privileged-ports read-secret-from-env-var readiness-port
    required-annotation-email required-label-owner restart-policy run-as-non-root scc-deny-privileged-container
    schema-validation sensitive-host-mounts sorted-keys ssh-port startup-port unsafe-proc-mount unsafe-sysctls
    unset-cpu-requirements unset-memory-requirements use-namespace wildcard-in-rules writable-host-mount
  `),
  // v1.20.0
  "kube-score": words(`
    container-cpu-requests-equal-limits container-ephemeral-storage-request-and-limit
    container-ephemeral-storage-request-equals-limit container-image-pull-policy container-image-tag
    container-memory-requests-equal-limits container-ports-check container-resource-requests-equal-limits
    container-resources container-seccomp-profile container-security-context-privileged
    container-security-context-readonlyrootfilesystem container-security-context-user-group-id cronjob-has-deadline
    cronjob-restartpolicy deployment-has-host-podantiaffinity deployment-has-poddisruptionbudget
    deployment-pod-selector-labels-match-template-metadata-labels deployment-replicas deployment-strategy
    deployment-targeted-by-hpa-does-not-have-replicas-configured environment-variable-key-duplication
    horizontalpodautoscaler-has-target horizontalpodautoscaler-replicas ingress-targets-service label-values
    networkpolicy-targets-pod pod-networkpolicy pod-probes pod-probes-identical pod-topology-spread-constraints
    poddisruptionbudget-has-policy service-targets-pod service-type stable-version
    statefulset-has-host-podantiaffinity statefulset-has-poddisruptionbudget statefulset-has-servicename
    statefulset-pod-selector-labels-match-template-metadata-labels
  `),
  // v10.2.2
  polaris: words(`
    automountServiceAccountToken clusterrolePodExecAttach clusterrolebindingClusterAdmin
    clusterrolebindingPodExecAttach cpuLimitsMissing cpuRequestsMissing dangerousCapabilities
    deploymentMissingReplicas hostIPCSet hostNetworkSet hostPIDSet hostPathSet hostPortSet hostProcess
    hpaMaxAvailability hpaMinAvailability insecureCapabilities linuxHardening livenessProbeMissing
    memoryLimitsMissing memoryRequestsMissing metadataAndInstanceMismatched missingNetworkPolicy
    missingPodDisruptionBudget notReadOnlyRootFilesystem pdbDisruptionsIsZero
    pdbMinAvailableGreaterThanHPAMinReplicas priorityClassNotSet privilegeEscalationAllowed procMount
    pullPolicyNotAlways readinessProbeMissing rolePodExecAttach rolebindingClusterAdminClusterRole
    rolebindingClusterAdminRole rolebindingClusterRolePodExecAttach rolebindingRolePodExecAttach runAsPrivileged
    runAsRootAllowed sensitiveConfigmapContent sensitiveContainerEnvVar tagNotSpecified tlsSettingsMissing
    topologySpreadConstraint
  `),
  // 3.3, those of workloads, Ingress, RBAC and policies
  checkov: words(`
    CKV2_K8S_6 CKV_K8S_8 CKV_K8S_9 CKV_K8S_10 CKV_K8S_11 CKV_K8S_12 CKV_K8S_13 CKV_K8S_14 CKV_K8S_15 CKV_K8S_16
    CKV_K8S_17 CKV_K8S_18 CKV_K8S_19 CKV_K8S_20 CKV_K8S_21 CKV_K8S_22 CKV_K8S_23 CKV_K8S_25 CKV_K8S_26 CKV_K8S_27
    CKV_K8S_28 CKV_K8S_29 CKV_K8S_30 CKV_K8S_31 CKV_K8S_33 CKV_K8S_34 CKV_K8S_35 CKV_K8S_37 CKV_K8S_38 CKV_K8S_39
    CKV_K8S_40 CKV_K8S_41 CKV_K8S_42 CKV_K8S_43 CKV_K8S_44 CKV_K8S_45 CKV_K8S_49 CKV_K8S_152 CKV_K8S_153 CKV_K8S_154
    CKV_K8S_155 CKV_K8S_156 CKV_K8S_157 CKV_K8S_158 CKV_K8S_159
  `),
  // v0.74.0, all KSV
  trivy: words(`
    KSV-0001 KSV-0002 KSV-0003 KSV-0004 KSV-0005 KSV-0006 KSV-0007 KSV-0008 KSV-0009 KSV-0010 KSV-0011 KSV-0012
    KSV-0013 KSV-0014 KSV-0015 KSV-0016 KSV-0017 KSV-0018 KSV-0020 KSV-0021 KSV-0022 KSV-0023 KSV-0024 KSV-0025
    KSV-0026 KSV-0027 KSV-0028 KSV-0030 KSV-0032 KSV-0033 KSV-0034 KSV-0035 KSV-0036 KSV-0037 KSV-0038 KSV-0039
    KSV-0040 KSV-0041 KSV-0042 KSV-0043 KSV-0044 KSV-0045 KSV-0046 KSV-0047 KSV-0048 KSV-0049 KSV-0050 KSV-0051
    KSV-0052 KSV-0053 KSV-0054 KSV-0055 KSV-0056 KSV-01010 KSV-01011 KSV-0102 KSV-0103 KSV-0104 KSV-0105 KSV-0106
    KSV-0107 KSV-0108 KSV-0109 KSV-0110 KSV-0111 KSV-0112 KSV-0113 KSV-0114 KSV-0115 KSV-0116 KSV-0117 KSV-0118
    KSV-0119 KSV-0120 KSV-0121 KSV-0122 KSV-0123 KSV-0124 KSV-0125
  `),
  // regolibrary v2, scope file, in a framework
  kubescape: words(`
    C-0002 C-0007 C-0012 C-0013 C-0014 C-0015 C-0016 C-0017 C-0018 C-0020 C-0030 C-0031 C-0034 C-0035 C-0037 C-0038
    C-0041 C-0042 C-0044 C-0045 C-0046 C-0048 C-0049 C-0053 C-0054 C-0055 C-0056 C-0057 C-0059 C-0061 C-0062 C-0063
    C-0065 C-0068 C-0073 C-0074 C-0075 C-0076 C-0077 C-0078 C-0081 C-0091 C-0186 C-0187 C-0188 C-0189 C-0190 C-0191
    C-0192 C-0193 C-0197 C-0198 C-0199 C-0200 C-0201 C-0202 C-0203 C-0204 C-0206 C-0207 C-0210 C-0211 C-0236 C-0237
    C-0253 C-0255 C-0257 C-0258 C-0259 C-0260 C-0261 C-0262 C-0263 C-0267 C-0268 C-0269 C-0270 C-0271 C-0272 C-0273
    C-0275 C-0276 C-0278 C-0279 C-0280 C-0281 C-0282 C-0292 C-0293 C-0294 C-0295 C-0296 C-0298 C-0299 C-0300 C-0302
    C-0305 C-0306 C-0307
  `),
  // best-practices (validate) and pod-security
  kyverno: words(`
    check-deprecated-apis disallow-capabilities disallow-capabilities-strict disallow-cri-sock-mount
    disallow-default-namespace disallow-empty-ingress-host disallow-helm-tiller disallow-host-namespaces
    disallow-host-path disallow-host-ports disallow-host-ports-range disallow-host-process disallow-latest-tag
    disallow-privilege-escalation disallow-privileged-containers disallow-proc-mount disallow-selinux
    require-drop-all require-drop-cap-net-raw require-labels require-pod-requests-limits require-probes
    require-ro-rootfs require-run-as-non-root-user require-run-as-nonroot restrict-apparmor-profiles
    restrict-image-registries restrict-node-port restrict-seccomp restrict-seccomp-strict
    restrict-service-external-ips restrict-sysctls restrict-volume-types
  `),
  // Kubernetes 1.35
  pss: words(`
    baseline/hostProcess baseline/hostNamespaces baseline/privileged baseline/capabilities baseline/hostPathVolumes
    baseline/hostPorts baseline/hostProbesAndHostLifecycle baseline/appArmorProfile baseline/seLinuxOptions
    baseline/procMount baseline/seccompProfile baseline/sysctls restricted/restrictedVolumes
    restricted/allowPrivilegeEscalation restricted/runAsNonRoot restricted/runAsUser restricted/seccompProfile
    restricted/capabilities
  `),
  // Kubernetes benchmark 1.12, section 5
  cis: words(`
    5.1.1 5.1.2 5.1.3 5.1.4 5.1.5 5.1.6 5.1.7 5.1.8 5.1.9 5.1.10 5.1.11 5.1.12 5.1.13 5.2.1 5.2.2 5.2.3 5.2.4 5.2.5
    5.2.6 5.2.7 5.2.8 5.2.9 5.2.10 5.2.11 5.2.12 5.3.1 5.3.2 5.4.1 5.4.2 5.5.1 5.6.1 5.6.2 5.6.3 5.6.4
  `),
  // NSA/CISA hardening guide, as far as manifests say it
  nsa: words(`
    1.0 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 1.10 1.11 1.12 2.0 4.0 4.1
  `),
  // DISA Kubernetes and RKE2, workloads and namespaces
  stig: words(`
    V-242383 V-242414 V-242415 V-274883 V-242417 V-254800 V-242437 V-274882 V-254566 V-254567 V-254569 V-254570
    V-254571 V-254573
  `),
  // what an enclave asks for
  airgap: words(`
    AG01 AG02 AG03 AG04 AG05 AG06 AG07 AG08 AG09 AG10 AG11 AG12 AG13 AG14 AG15 AG16 AG17 AG18 AG19 AG20 AG21 AG22
    AG23 AG24 AG25
  `),
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
