import { type Keys, each, tell, to } from "./key.ts";

// What services and jobs have, and `pre_start` has not.

const CACHE = "the builder keeps its own cache";
const ONLY_CONTEXT = "a build has a context, a Dockerfile, a target, arguments, secrets and images of other services";
const IN_DOCKERFILE = "say it in the Dockerfile";

const OWN_MOUNT = "the Dockerfile says who may read a secret";
const OWN_MOUNT_FIX = "write it there: RUN --mount=type=secret,id=…,uid=…,mode=…";

const build: Keys = {
  context: to("build.context"),
  dockerfile: to("build.dockerfile"),
  dockerfile_inline: tell("the Dockerfile must be a file", "write it into a file, and name it in build.dockerfile"),
  entitlements: tell(ONLY_CONTEXT, "build it elsewhere, and write only its image"),
  args: to("build.args"),
  ssh: to("build.ssh"),
  labels: tell(ONLY_CONTEXT, IN_DOCKERFILE),
  cache_from: to("build.cacheFrom"),
  cache_to: tell(CACHE, "remove it"),
  no_cache: tell(CACHE, "remove it"),
  no_cache_filter: tell(CACHE, "remove it"),
  additional_contexts: to("build.additionalContexts"),
  network: tell(ONLY_CONTEXT, "build it elsewhere, and write only its image"),
  provenance: tell("attestations are made where images are published", "ask for it in the pipeline that publishes"),
  sbom: tell("attestations are made where images are published", "ask for it in the pipeline that publishes"),
  pull: tell(CACHE, "pin the base image by digest in the Dockerfile"),
  target: to("build.target"),
  shm_size: tell(ONLY_CONTEXT, "build it elsewhere, and write only its image"),
  extra_hosts: tell(ONLY_CONTEXT, "build it elsewhere, and write only its image"),
  isolation: tell("it is for Windows only", "remove it"),
  privileged: tell(ONLY_CONTEXT, "build it elsewhere, and write only its image"),
  secrets: to(
    "build.secrets",
    each({
      source: to("build.secrets.<id>"),
      target: to("build.secrets.<id>"),
      uid: tell(OWN_MOUNT, OWN_MOUNT_FIX),
      gid: tell(OWN_MOUNT, OWN_MOUNT_FIX),
      mode: tell(OWN_MOUNT, OWN_MOUNT_FIX),
    }),
  ),
  tags: tell("an image has one name here", "give further names in the pipeline that publishes"),
  ulimits: tell(ONLY_CONTEXT, "build it elsewhere, and write only its image"),
  platforms: to("build.platforms"),
};

const ports: Keys = each({
  name: to("ports.<name>"),
  mode: tell("the loop forwards published ports", "for a port of the node write ports.<name>.hostPort"),
  host_ip: tell("the loop listens on 127.0.0.1", 'for everyone write "routes", or "service": {"type": "LoadBalancer"}'),
  target: to("ports.<name>.containerPort"),
  published: to("develop.portForward"),
  protocol: to("ports.<name>.protocol"),
  app_protocol: to("ports.<name>.appProtocol"),
});

export const WORKLOAD: Keys = {
  build: to("build", build),
  depends_on: to(
    "dependsOn",
    each({
      condition: to("dependsOn.<service>.condition"),
      restart: tell("a pod restarts alone", "let the program connect again"),
      required: tell("every edge is needed", "remove the edge from dependsOn where the other is absent"),
    }),
  ),
  healthcheck: to("probes", {
    disable: to("probes"),
    interval: to("probes.readiness.periodSeconds"),
    retries: to("probes.readiness.failureThreshold"),
    test: to("probes.readiness.exec"),
    timeout: to("probes.readiness.timeoutSeconds"),
    start_period: to("probes.startup.failureThreshold"),
    start_interval: to("probes.startup.periodSeconds"),
  }),
  ports: to("ports, develop.portForward", ports),
  expose: to("ports"),
  stdin_open: tell("nobody types into a pod", "kubectl attach, or kubectl exec -it, for a look inside"),
  tty: tell("nobody looks at a pod's terminal", "kubectl exec -it for a look inside"),
};
