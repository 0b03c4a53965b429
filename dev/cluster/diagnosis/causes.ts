// Every cause that the loop can name, as docs/troubles.md tells it. A code never changes its meaning.

interface Cause {
  readonly when: string;
  readonly fix: string;
}

export type Code = keyof typeof CAUSES;

export const CAUSES = {
  // The image
  POD_IMAGE_MISSING: {
    when: "the node does not have the image and may not pull it (`ErrImageNeverPull`)",
    fix: "put it into the node: `kind load docker-image`",
  },
  POD_IMAGE_NOT_FOUND: {
    when: "the registry does not have the image",
    fix: "correct `image`, or put it into the node: `kind load docker-image`",
  },
  POD_IMAGE_DENIED: {
    when: "the registry wants credentials that the pod does not have, or does not admit that the image exists",
    fix: "correct `image`, or name a Secret with credentials under `imagePullSecrets`",
  },
  POD_IMAGE_UNREACHABLE: {
    when: "the node cannot reach the registry",
    fix: "connect the node, or put the image into it: `kind load docker-image`",
  },
  POD_IMAGE: { when: "the image cannot be pulled for another reason", fix: "correct `image`" },
  POD_PLATFORM: {
    when: "a program is for another processor than the node's (`exec format error`), or a script without `#!`",
    fix: "build or pull the image for the node's platform: `build.platforms`",
  },
  // What the container is started with
  POD_START: {
    when: "the command is not a program in the image, or cannot be executed",
    fix: "correct `command`, or ENTRYPOINT and CMD of the Dockerfile",
  },
  POD_ROOT: {
    when: "the image runs as root, or as a user without a number, and the pod must not",
    fix: "end the Dockerfile with a numeric USER",
  },
  POD_CONFIG: { when: "the container cannot be made for another reason", fix: "correct what the message names" },
  SECRET_MISSING: { when: "a Secret does not exist", fix: "`npm run secrets -- <environment>`" },
  SECRET_KEY_MISSING: { when: "a Secret does not have a key", fix: "add the key to the Secret" },
  CONFIG_MISSING: { when: "a ConfigMap does not exist", fix: "declare it under `config` of a service" },
  CONFIG_KEY_MISSING: { when: "a ConfigMap does not have a key", fix: "add the key under `config.values`" },
  // What the program does
  POD_CRASHED: {
    when: "a program exits with an error; the message has the line of its log that says why",
    fix: "correct it and save",
  },
  POD_ENDED: { when: "a service's program ends with code 0", fix: "keep it in the foreground" },
  POD_OUT_OF_MEMORY: { when: "a container used more memory than its limit", fix: "raise `resources.limits.memory`" },
  POD_PORT_TAKEN: {
    when: "a program wants a port on which another of the same pod listens already",
    fix: "give one of them another port",
  },
  POD_READ_ONLY: {
    when: "a program writes to the image's own files, which are read-only",
    fix: "declare a volume there: `volumes.<name> {mountPath, type: emptyDir}`",
  },
  POD_PERMISSION: {
    when: "a program may not open a file, or a port below 1024",
    fix: "let the Dockerfile give the file to its user, or use a higher port",
  },
  POD_DEPENDENCY: {
    when: "a program ends because it cannot reach another service",
    fix: "declare it under `dependsOn`, or correct the host or port",
  },
  POD_WAITS: {
    when: "a pod is not Ready because a service that it needs is not (a warning)",
    fix: "mend what it waits for",
  },
  POD_PROBE: {
    when: "a probe fails; the message has the probe and the answer",
    fix: "correct the program, or the probe in `probes`",
  },
  POD_FAILED: { when: "a pod has failed and does not say why", fix: "`kubectl describe pod`" },
  // Where it should run
  POD_RESOURCES: {
    when: "no node has the cpu, memory or disk left that the pod requests",
    fix: "lower `resources.requests`, or stop something else",
  },
  POD_GPU: { when: "no node has a GPU to give", fix: 'mock the service: `environments.<environment>.mocks: "gpu"`' },
  POD_NODE_SELECTOR: {
    when: "no node has the labels that the pod demands",
    fix: "correct `nodeSelector` or `affinity`",
  },
  POD_TAINT: {
    when: "every node has a taint that the pod does not tolerate",
    fix: "add it to `tolerations`, or remove the taint",
  },
  POD_HOST_PORT: {
    when: "a port of the node is taken by another pod",
    fix: "change `hostPort`, or stop the other pod",
  },
  POD_UNSCHEDULABLE: { when: "no node takes the pod for another reason", fix: "correct what the message names" },
  POD_EVICTED: { when: "the node has thrown the pod out", fix: "free what the message names on the node" },
  POD_SANDBOX: {
    when: "the node cannot set up the pod's network",
    fix: "look at the node's network: `kubectl describe pod`",
  },
  NODE_NOT_READY: {
    when: "the pod's node, or every node, is not Ready",
    fix: "`kubectl describe node`; of kind: `docker restart <node>`",
  },
  NODE_PRESSURE: {
    when: "a node lacks memory, disk or process numbers and takes no pod",
    fix: "free it on this machine: `docker system df`",
  },
  // Volumes
  CLAIM_MISSING: { when: "a PersistentVolumeClaim does not exist", fix: "declare the volume, or correct `claimName`" },
  CLAIM_CLASS: {
    when: "a claim names a StorageClass that does not exist, or none where there is no default",
    fix: "map it: `environments.<environment>.storageClasses`",
  },
  CLAIM_PROVISIONER: {
    when: "the provisioner of a claim's StorageClass does not answer",
    fix: "install it, or map the class to another",
  },
  CLAIM_ACCESS_MODE: {
    when: "the StorageClass cannot give a volume with the claim's access mode",
    fix: "correct `accessModes`",
  },
  CLAIM_PENDING: { when: "a claim gets no volume for another reason", fix: "correct what the message names" },
  POD_VOLUME: { when: "a volume cannot be mounted", fix: "correct `volumes` or `files`" },
  // Pods that are not made at all
  QUOTA_EXCEEDED: {
    when: "the namespace's ResourceQuota or LimitRange does not allow the pod",
    fix: "lower `resources`, or raise `namespaces.<name>.resourceQuota`",
  },
  POD_SECURITY_REFUSED: {
    when: "the namespace's Pod Security level does not allow the pod",
    fix: "correct `securityContext`, or lower `namespaces.<name>.podSecurity`",
  },
  ADMISSION_REFUSED: {
    when: "an admission webhook or policy refuses the pod",
    fix: "correct what its message demands",
  },
  WEBHOOK_UNREACHABLE: {
    when: "an admission webhook does not answer, so that nothing can be made",
    fix: "start what serves it, or delete its configuration",
  },
  POD_NOT_CREATED: { when: "a pod cannot be made for another reason", fix: "correct what the message names" },
  // Jobs, and the end of waiting
  JOB_FAILED: { when: "a job has failed as often as it may", fix: "correct it and save" },
  JOB_DEADLINE: { when: "a job took longer than it may", fix: "raise `activeDeadlineSeconds`, or make it faster" },
  ROLLOUT_TIMEOUT: { when: "a service is not Ready in time (`--once` only)", fix: "look at its pods" },
} as const satisfies Readonly<Record<string, Cause>>;
