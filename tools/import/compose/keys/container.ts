import { type Keys, each, tell, to } from "./key.ts";

// What services, jobs and `pre_start` have in common, in the order of the specification.

const PATCH = 'where it is needed, set it with an entry of "patches"';
const NODE = "set it on the nodes: their kubelet or runtime decides it";
const NO_FIELD = "a pod has no such setting";
const BELONGS_TO_NODE = "it belongs to the node, which a pod may not change";

const mount: Keys = each({
  type: to("volumes.<name>.type"),
  source: to("volumes.<name>, or files"),
  target: to("volumes.<name>.mountPath"),
  read_only: to("volumes.<name>.readOnly"),
  consistency: tell("it only concerns Docker Desktop", "remove it"),
  bind: tell("how a folder of this machine is mounted means nothing in a cluster", "remove it"),
  volume: to("volumes.<name>", {
    nocopy: tell("Kubernetes never copies an image's files into a volume", "let an init container copy them"),
    subpath: to("volumes.<name>.subPath"),
    labels: tell("the claim of a pod takes annotations only", "write volumes.<name>.annotations"),
  }),
  tmpfs: to("volumes.<name>", {
    size: to("volumes.<name>.size"),
    mode: tell("the mode of an emptyDir cannot be chosen", "its group is securityContext.pod.fsGroup"),
  }),
  image: tell("a volume that is an image needs Kubernetes 1.33", PATCH),
});

const mountedFile: Keys = each({
  source: to("files"),
  target: to("files.<path>"),
  uid: tell("files of a pod belong to its group", "set securityContext.pod.fsGroup"),
  gid: tell("files of a pod belong to its group", "set securityContext.pod.fsGroup"),
  mode: to("files.<path>.mode"),
});

const devices: Keys = each({
  capabilities: to("gpu"),
  count: to("gpu.count"),
  device_ids: tell("the cluster chooses which GPU a pod gets", "name a product with gpu.product"),
  driver: to("gpu.resourceName"),
  options: tell("options of a driver belong to the node", NODE),
});

const hook: Keys = each({
  command: to("lifecycle"),
  user: tell("a hook runs as the container's user", "change the user of the container, or use an init container"),
  privileged: tell("a hook has the container's privileges", "use an init container"),
  working_dir: tell("a hook starts in the container's folder", "begin its command with cd"),
  environment: tell("a hook has the container's variables", "write the variables into env"),
});

export const HOOK = hook;
export const DEVICES = devices;

export const CONTAINER: Keys = {
  annotations: to("podAnnotations"),
  blkio_config: tell(NO_FIELD, "give the claim a storageClassName with the speed it needs"),
  cap_add: to("securityContext.container.capabilities.add"),
  cap_drop: to("securityContext.container.capabilities.drop"),
  cgroup: tell(NO_FIELD, NODE),
  cgroup_parent: tell(BELONGS_TO_NODE, NODE),
  command: to("args"),
  configs: to("files", mountedFile),
  cpu_count: tell("it is for Windows only", "write resources.limits.cpu"),
  cpu_percent: tell("it is for Windows only", "write resources.limits.cpu"),
  cpu_shares: tell("Kubernetes derives the shares from the request", "write resources.requests.cpu"),
  cpu_quota: tell("Kubernetes derives the quota from the limit", "write resources.limits.cpu"),
  cpu_period: tell("the kubelet decides about the period", "write resources.limits.cpu"),
  cpu_rt_period: tell(NO_FIELD, NODE),
  cpu_rt_runtime: tell(NO_FIELD, NODE),
  cpus: to("resources.limits.cpu"),
  cpuset: tell("the kubelet decides about cores", "ask for whole CPUs, and set the kubelet's CPU manager to static"),
  credential_spec: tell("it is for Windows only", PATCH),
  device_cgroup_rules: tell(BELONGS_TO_NODE, "let a device plugin offer the device as a resource"),
  devices: tell("a pod gets no device of its node", "let a device plugin offer it, and ask for it in resources.limits"),
  dns: to("dnsConfig.nameservers"),
  dns_opt: to("dnsConfig.options"),
  dns_search: to("dnsConfig.searches"),
  domainname: tell("a pod's domain is that of its Service", PATCH),
  entrypoint: to("command"),
  env_file: to("env"),
  label_file: tell("the file is not read", "write its labels into podAnnotations"),
  environment: to("env"),
  extra_hosts: to("hostAliases"),
  gpus: to("gpu.count", devices),
  group_add: to("securityContext.pod.supplementalGroups"),
  hostname: tell("a pod's host name is the pod's own name", "reach it by the Service: ${services.<name>.host}"),
  image: to("image"),
  init: tell("Kubernetes starts no init process", "put tini or dumb-init into the image, as its ENTRYPOINT"),
  ipc: tell("pods share no memory", "put programs that do into one pod, with sidecars"),
  isolation: tell("it is for Windows only", "remove it"),
  labels: to("podAnnotations"),
  logging: tell(
    "the cluster collects what a pod writes to its output",
    "choose where logs go with the cluster's agent",
  ),
  mac_address: tell("the cluster's network gives addresses", "remove it"),
  mem_limit: to("resources.limits.memory"),
  mem_reservation: to("resources.requests.memory"),
  mem_swappiness: tell(BELONGS_TO_NODE, NODE),
  memswap_limit: tell(BELONGS_TO_NODE, NODE),
  models: tell("Kubernetes starts no model", "write the model server as a service of its own, with gpu"),
  network_mode: to("hostNetwork"),
  networks: tell(
    "there are no networks: policies let a service reach what its dependsOn names, and nothing else",
    "check dependsOn of every service",
  ),
  oom_kill_disable: tell(BELONGS_TO_NODE, "give it more memory"),
  oom_score_adj: tell("Kubernetes derives it from requests and limits", "write equal requests and limits"),
  pid: tell("a pod sees its own processes only", PATCH),
  pids_limit: tell("the kubelet limits processes", NODE),
  platform: to("nodeSelector"),
  privileged: to("securityContext.container.privileged"),
  pull_policy: to("imagePullPolicy"),
  pull_refresh_after: tell("Kubernetes pulls by policy, not by age", 'write "imagePullPolicy": "Always"'),
  read_only: to("securityContext.container.readOnlyRootFilesystem"),
  runtime: to("runtimeClassName"),
  secrets: to("files", mountedFile),
  security_opt: to("securityContext.container"),
  shm_size: to("volumes.shm"),
  stop_grace_period: to("terminationGracePeriodSeconds"),
  stop_signal: tell("the image's STOPSIGNAL decides", "set STOPSIGNAL in its Dockerfile, or send another from preStop"),
  storage_opt: tell(BELONGS_TO_NODE, 'limit it with resources.limits["ephemeral-storage"]'),
  sysctls: to("securityContext.pod.sysctls"),
  tmpfs: to("volumes"),
  ulimits: tell(NO_FIELD, NODE),
  umask: tell(NO_FIELD, "set it at the beginning of the command"),
  use_api_socket: tell("there is no engine beside a pod", "give it rights in the cluster: serviceAccount.rules"),
  user: to("securityContext.pod.runAsUser"),
  userns_mode: tell("pods share the node's user namespace", PATCH),
  uts: tell("a pod has a host name of its own", "remove it"),
  volumes: to("volumes, files", mount),
  volumes_from: tell("a pod shares no volume of another's", "name the volume, and mount it in both"),
  working_dir: to("workingDir"),
};
