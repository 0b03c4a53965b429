import { type Planted, WEB, inBoth, web, webPod } from "./plant.ts";

export const SECURITY: readonly Planted[] = [
  { code: "ROOT_GROUP", by: "runAsGroup", where: WEB, edit: webPod((c) => (c.securityContext.runAsGroup = 0)) },
  { code: "ROOT_GROUP", by: "fsGroup", where: WEB, edit: webPod((_, pod) => (pod.securityContext.fsGroup = 0)) },
  {
    code: "ROOT_GROUP",
    by: "a further group",
    where: WEB,
    edit: webPod((_, pod) => (pod.securityContext.supplementalGroups = [7, 0])),
  },
  {
    code: "USER_ID",
    by: "a low user",
    where: WEB,
    change: web((service) => (service.securityContext = { pod: { runAsUser: 999 } })),
  },
  {
    code: "USER_ID",
    by: "no group at all",
    where: WEB,
    edit: webPod((c, pod) => {
      delete c.securityContext.runAsGroup;
      delete pod.securityContext.runAsGroup;
    }),
  },
  {
    code: "SECCOMP",
    by: "Unconfined",
    where: WEB,
    change: web((service) => (service.securityContext = { container: { seccompProfile: { type: "Unconfined" } } })),
  },
  {
    code: "SECCOMP",
    by: "none at either level",
    where: WEB,
    edit: webPod((c, pod) => {
      delete c.securityContext.seccompProfile;
      delete pod.securityContext.seccompProfile;
    }),
  },
  {
    code: "SECURITY_CONTEXT",
    by: "a pod without one",
    where: WEB,
    edit: webPod((_, pod) => (pod.securityContext = {})),
    also: ["FS_GROUP"],
  },
  {
    code: "FS_GROUP",
    by: "none, with a claim",
    where: WEB,
    edit: webPod((_, pod) => delete pod.securityContext.fsGroup),
  },
  {
    code: "FS_GROUP",
    by: "owners set at each start",
    where: inBoth("StatefulSet/db"),
    change: ({ services }) => (services!["db"].securityContext = { pod: { fsGroupChangePolicy: "Always" } }),
  },
  {
    code: "SELINUX",
    by: "a type that is none of a container",
    where: WEB,
    edit: webPod((_, pod) => (pod.securityContext.seLinuxOptions = { type: "spc_t" })),
  },
  {
    code: "SELINUX",
    by: "a user",
    where: WEB,
    edit: webPod((c) => (c.securityContext.seLinuxOptions = { user: "system_u" })),
  },
  {
    code: "APPARMOR",
    by: "the field",
    where: WEB,
    edit: webPod((c) => (c.securityContext.appArmorProfile = { type: "Unconfined" })),
  },
  {
    code: "APPARMOR",
    by: "the annotation",
    where: WEB,
    change: web(
      (service) => (service.podAnnotations = { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" }),
    ),
  },
  ...["hostPID", "hostIPC", "hostNetwork", "shareProcessNamespace"].map((field): Planted => ({
    code: "HOST_NAMESPACES",
    by: field,
    where: WEB,
    edit: webPod((_, pod) => (pod[field] = true)),
  })),
  { code: "HOST_PORT", by: "one", where: WEB, edit: webPod((c) => (c.ports[0].hostPort = 3000)) },
  {
    code: "HOST_PATH",
    by: "a folder",
    where: WEB,
    edit: webPod((_, pod) => pod.volumes.push({ name: "x", hostPath: { path: "/etc" } })),
  },
  {
    code: "HOST_PATH",
    by: "the runtime's socket",
    where: WEB,
    edit: webPod((_, pod) => pod.volumes.push({ name: "x", hostPath: { path: "/run/containerd/containerd.sock" } })),
  },
  {
    code: "VOLUME_TYPE",
    by: "nfs",
    where: WEB,
    edit: webPod((_, pod) => pod.volumes.push({ name: "x", nfs: { server: "nas", path: "/" } })),
  },
  {
    code: "SYSCTLS",
    by: "an unsafe one beside a safe one",
    where: WEB,
    edit: webPod(
      (_, pod) =>
        (pod.securityContext.sysctls = [
          { name: "net.ipv4.tcp_syncookies", value: "1" },
          { name: "kernel.msgmax", value: "1" },
        ]),
    ),
  },
  { code: "PROC_MOUNT", by: "Unmasked", where: WEB, edit: webPod((c) => (c.securityContext.procMount = "Unmasked")) },
  {
    code: "HOST_PROCESS",
    by: "a Windows option",
    where: WEB,
    edit: webPod((_, pod) => (pod.securityContext.windowsOptions = { hostProcess: true })),
  },
  {
    code: "PROBE_HOST",
    by: "a probe",
    where: WEB,
    edit: webPod((c) => (c.readinessProbe.httpGet.host = "169.254.169.254")),
  },
  {
    code: "PROBE_HOST",
    by: "a hook",
    where: WEB,
    edit: webPod((c) => (c.lifecycle = { preStop: { httpGet: { host: "other", port: 80 } } })),
  },
  {
    code: "HOST_ALIASES",
    by: "one",
    where: WEB,
    edit: webPod((_, pod) => (pod.hostAliases = [{ ip: "10.0.0.1", hostnames: ["legacy"] }])),
  },
  { code: "SUDO", by: "a command", where: WEB, change: web((service) => (service.command = ["sudo", "serve"])) },
  {
    code: "SUDO",
    by: "a line for the shell",
    where: WEB,
    change: web((s) => (s.command = ["sh", "-c", "cd /x && sudo ls"])),
  },
  {
    code: "SSH_PORT",
    by: "one",
    where: WEB,
    change: web((service) => (service.ports.ssh = { containerPort: 22 })),
  },
  {
    code: "CLUSTER_TOOLS",
    by: "git-sync",
    where: WEB,
    edit: webPod((c) => (c.image = "harbor.shop.internal/git-sync/git-sync:v4.2.1")),
  },
];
