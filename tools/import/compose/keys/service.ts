import { CONTAINER, DEVICES, HOOK } from "./container.ts";
import { type Key, type Keys, each, tell, to } from "./key.ts";
import { WORKLOAD } from "./workload.ts";

const ROLLBACK = tell("nothing rolls back by itself", "kubectl rollout undo, or apply the former commit");
const PACE = "Kubernetes knows how many pods at a time, not how long between them";

const deploy: Keys = {
  mode: to("kind"),
  endpoint_mode: to("service.headless"),
  replicas: to("replicas"),
  labels: to("annotations"),
  rollback_config: ROLLBACK,
  update_config: to("strategy", {
    parallelism: to("strategy.rollingUpdate"),
    delay: tell(PACE, "write minReadySeconds"),
    failure_action: tell("a roll-out that fails stops, and the old pods stay", "remove it"),
    monitor: tell(PACE, "write progressDeadlineSeconds"),
    max_failure_ratio: tell("a roll-out that fails stops, and the old pods stay", "remove it"),
    order: to("strategy.rollingUpdate"),
  }),
  resources: to("resources", {
    limits: to("resources.limits", {
      cpus: to("resources.limits.cpu"),
      memory: to("resources.limits.memory"),
      pids: tell("the kubelet limits processes", "set it on the nodes: their kubelet decides it"),
    }),
    reservations: to("resources.requests", {
      cpus: to("resources.requests.cpu"),
      memory: to("resources.requests.memory"),
      generic_resources: tell("resources are offered by device plugins", "write resources.limits.<name>"),
      devices: to("gpu", DEVICES),
    }),
  }),
  restart_policy: to("kind", {
    condition: to("kind"),
    delay: tell("the kubelet waits longer each time", "remove it"),
    max_attempts: tell("a pod is started again without end", "write it as a Job, with backoffLimit"),
    window: tell("probes decide whether a start went well", "write probes.startup"),
  }),
  placement: to("nodeSelector", {
    constraints: to("nodeSelector"),
    preferences: to("topologySpreadConstraints"),
    max_replicas_per_node: tell("spreading is said otherwise", "write topologySpreadConstraints, or podAntiAffinity"),
  }),
};

/** `pre_start` becomes init containers, which share their pod's volumes, network, user and nodes. */
const OF_INIT_CONTAINER: Keys = {
  image: to("initContainers"),
  command: to("initContainers"),
  entrypoint: to("initContainers"),
  environment: to("initContainers"),
  working_dir: to("initContainers"),
  per_replica: to("initContainers"),
};

const OF_POD = tell("an init container takes it from its pod", "complete the entry of initContainers by hand");

const WATCH: Keys = {
  action: to("develop.watch.action"),
  path: to("develop.watch.path"),
  target: to("develop.watch.target"),
  include: to("develop.watch.include"),
  ignore: to("develop.watch.ignore"),
  initial_sync: to("develop.watch.initialSync"),
  exec: to("develop.watch.exec", {
    command: to("develop.watch.exec.command"),
    working_dir: to("develop.watch.exec.workingDir"),
    user: tell("it runs as the container's user", "remove it"),
    privileged: tell("it has no more rights than the container", "remove it"),
    environment: tell("it has the container's variables", "write develop.env"),
  }),
};

export const SERVICE: Keys = {
  ...CONTAINER,
  ...WORKLOAD,
  deploy: to("replicas, resources, strategy", deploy),
  develop: to("develop", { watch: to("develop.watch", each(WATCH)) }),
  profiles: to("whether the service is taken"),
  restart: to("kind"),
  scale: to("replicas"),
  attach: tell("the loop shows the logs of every service", "remove it"),
  container_name: to("containerName"),
  provider: tell("something else makes it", 'write it as a service with "kind": "External"'),
  extends: to("the service it extends, merged"),
  external_links: tell("there are no links", 'write what is linked as a service with "kind": "External"'),
  links: to("dependsOn"),
  post_start: to("lifecycle.postStart", HOOK),
  pre_stop: to("lifecycle.preStop", HOOK),
  pre_start: to("initContainers", each({ ...allOf(CONTAINER, OF_POD), ...OF_INIT_CONTAINER })),
};

export const JOB: Keys = {
  ...CONTAINER,
  ...WORKLOAD,
  profiles: SERVICE["profiles"] as Key,
  triggers: to("kind", {
    manual: to("job.suspend"),
    schedule: to(
      "job.schedule",
      each({
        cron: to("job.schedule"),
        timezone: to("job.timeZone"),
        concurrency: to("job.concurrencyPolicy"),
        missed_fires: to("job.startingDeadlineSeconds"),
      }),
    ),
  }),
};

function allOf(keys: Keys, key: Key): Keys {
  return Object.fromEntries(Object.keys(keys).map((name) => [name, key]));
}
