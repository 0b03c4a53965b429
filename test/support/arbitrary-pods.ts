import fc from "fast-check";

// What pods and the objects that make them can say, for random registries.

const toleration = { key: "a", operator: "Exists" };

/** Fields that any layer may say of any service. */
export const podFields = {
  affinity: fc.constantFrom(
    {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, preference: { matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] } },
        ],
      },
    },
    { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] } },
    null,
  ),
  topologySpreadConstraints: fc.constantFrom(
    [],
    [{ maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }],
  ),
  priorityClassName: fc.constantFrom("high", "low"),
  imagePullSecrets: fc.constantFrom([], ["pull"], ["pull", "pull-2"]),
  hostAliases: fc.constantFrom([], [{ ip: "10.0.0.1", hostnames: ["a.internal", "b.internal"] }]),
  dnsConfig: fc.constantFrom(null, { options: [{ name: "ndots", value: "2" }] }),
  lifecycle: fc.constantFrom(
    null,
    { preStop: { exec: { command: ["sleep", "5"] } } },
    { preStop: { sleep: { seconds: 5 } } },
  ),
  minReadySeconds: fc.integer({ min: 0, max: 5 }),
  revisionHistoryLimit: fc.integer({ min: 0, max: 5 }),
};

/** Fields of a service with a program of its own. */
export const programFields = {
  initContainers: fc.constantFrom(
    [{ name: "fetch", image: "busybox:1.36", command: ["fetch"] }],
    [
      { name: "first", image: "busybox:1.36", command: ["a"], env: { A: "1" } },
      { name: "second", command: ["b"], volumeMounts: { tmp: { mountPath: "/elsewhere" } } },
    ],
  ),
  sidecars: fc.constantFrom(
    { proxy: { image: "proxy:1.0", ports: { admin: { containerPort: 9901 } } } },
    { logs: { image: "logs:1.0", native: false, resources: { limits: { cpu: "1" } } } },
  ),
  selector: fc.constant({ app: "former" }),
  names: fc.constantFrom({ Workload: "renamed" }, { PodDisruptionBudget: "budget", NetworkPolicy: "policy" }),
  patches: fc.constant({
    last: { kind: "ServiceAccount", operations: [{ op: "add", path: "/metadata/labels/patched", value: "yes" }] },
  }),
};

const base = { namespace: "front", image: "team/app:1.0" };
const others = {
  agent: {
    ...base,
    kind: "DaemonSet",
    hostNetwork: true,
    tolerations: [toleration],
    volumes: { host: { type: "hostPath", path: "/var/log", mountPath: "/logs", readOnly: true } },
  },
  nightly: { ...base, kind: "CronJob", job: { schedule: "0 3 * * *", suspend: true, backoffLimit: 2 } },
  seed: { ...base, kind: "Job", job: { completions: 2, restartPolicy: "OnFailure" }, command: ["seed"] },
};

/** One of each kind that no replica count applies to. */
export const otherServices: fc.Arbitrary<Record<string, unknown>> = fc.record(
  { agent: fc.constant(others.agent), nightly: fc.constant(others.nightly), seed: fc.constant(others.seed) },
  { requiredKeys: [] },
);

export type Services = Record<string, Record<string, unknown>>;

/** What runs elsewhere has no account that could be patched. */
export function withoutIdlePatches(services: Services): Services {
  return Object.fromEntries(
    Object.entries(services).map(([name, { patches, ...one }]) => [
      name,
      patches === undefined || JSON.stringify(one).includes('"External"') ? one : { ...one, patches },
    ]),
  );
}
