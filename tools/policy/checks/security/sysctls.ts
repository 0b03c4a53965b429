import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

// https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
const SAFE = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
];

export const sysctls: Check = {
  code: "SYSCTLS",
  severity: "error",
  title: "pods set safe kernel parameters only",
  tags: ["kube-linter/unsafe-sysctls", "trivy/KSV-0026", "pss/baseline/sysctls", "kyverno/restrict-sysctls"],
  run: (subject) =>
    perPod(subject, ({ spec }) =>
      objectsAt(spec, "securityContext", "sysctls")
        .map((one) => textAt(one, "name"))
        .filter((name) => !SAFE.includes(name))
        .map((name) => ({
          message: `it sets the kernel parameter ${name}, which kubelets refuse unless told otherwise`,
          fix: "remove it; what a node needs is set on the node",
        })),
    ),
};
