import fc from "fast-check";
import { type Services, otherServices, podFields, programFields, withoutIdlePatches } from "./arbitrary-pods.ts";
import { routed } from "./arbitrary-names.ts";
import { arbitraryNetwork, withNetwork } from "./arbitrary-network.ts";
import { PLATFORM, accountFields, environmentFields, platformFields } from "./arbitrary-platform.ts";

// Random registries that are valid by construction: they reach into every field that a patch, a merge or a mapping can touch.

const name = fc.constantFrom("api", "web", "db", "cache", "worker");
const text = fc.oneof(
  fc.constantFrom("yes", "on", "12:30", "0o17", "1_000", "2020-01-01", "", " a", "a: b", "#x", "~", "null", "a\nb"),
  // Words that a program prints by mistake are looked for in what is told.
  fc.string({ maxLength: 12 }).filter((value) => !/\$\{|undefined|NaN|\[object/.test(value)),
);
const key = fc.constantFrom("A", "B", "C_D", "E.F", "PORT", "URL");
const quantity = fc.constantFrom("50m", "100m", "1", "2");
const memory = fc.constantFrom("64Mi", "128Mi", "1Gi");

const env = fc.dictionary(
  key,
  fc.oneof(
    text,
    fc.constant("$(PORT)/x"),
    fc.constant("pr-${parameters.pr}"),
    fc.constant({ field: "metadata.name" }),
    fc.constant({ resource: "limits.memory" }),
    fc.constant({ secret: "shared", key: "password" }),
  ),
  { maxKeys: 5 },
);
const resources = fc.record(
  {
    requests: fc.record({ cpu: quantity, memory }, { requiredKeys: [] }),
    limits: fc.record({ cpu: quantity, memory }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const labels = fc.dictionary(fc.constantFrom("tier", "team", "app.example/x"), fc.constantFrom("a", "b", "yes", "12"), {
  maxKeys: 2,
});
const image = fc.constantFrom(
  "redis:7",
  "docker.io/library/redis:7",
  "ghcr.io/a/b:1.0",
  "quay.io:443/x/y:2",
  "team/app:1.0",
);
const probe = fc.constantFrom(
  { httpGet: { path: "/live", port: "http" } },
  { tcpSocket: { port: "http" }, periodSeconds: 3 },
  { exec: { command: ["true"] } },
);

const files = fc.dictionary(
  fc.constantFrom("/etc/app/a.conf", "/etc/app/b.conf", "/run/secrets/password"),
  fc.oneof(
    text.map((content) => ({ content })),
    fc.constant({ secret: "shared", key: "password" }),
    fc.constant({ content: "x", mode: "0400" }),
  ),
  { maxKeys: 3 },
);

/** A partial service: what `defaults`, overrides, environments and mocks may say. `null` removes. */
const patch = fc.record(
  {
    replicas: fc.integer({ min: 0, max: 4 }),
    env,
    resources,
    labels,
    podAnnotations: labels,
    args: fc.array(text, { maxLength: 3 }),
    config: fc.oneof(
      fc.constant(null),
      fc.dictionary(key, text, { maxKeys: 3 }).map((values) => ({ values })),
    ),
    files,
    podDisruptionBudget: fc.constantFrom(null, { maxUnavailable: 2 }),
    terminationGracePeriodSeconds: fc.integer({ min: 0, max: 60 }),
    tolerations: fc.constantFrom(
      [],
      [{ key: "a", operator: "Exists" }],
      [
        { key: "a", operator: "Exists" },
        { key: "b", operator: "Exists" },
      ],
    ),
    autoscaling: fc.constantFrom(null, { minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 50 }),
    image,
    ...podFields,
  },
  { requiredKeys: [] },
);

const ports = fc.constantFrom(
  { http: { containerPort: 8080 } },
  { http: { containerPort: 8080, servicePort: 80 }, metrics: { containerPort: 9090 } },
);

const service = fc
  .tuple(
    patch,
    fc.record({
      kind: fc.constantFrom("Deployment", "StatefulSet"),
      namespace: fc.constantFrom("front", "back"),
      image,
      ports,
    }),
    fc.record(
      {
        build: fc.constant({ context: "src" }),
        probes: fc.record({ readiness: probe, liveness: probe }, { requiredKeys: [] }),
        gpu: fc.constant({ count: 1, shmSize: "1Gi", tolerations: [{ key: "gpu", operator: "Exists" }] }),
        routes: fc.constantFrom(
          { main: { path: "/", port: "http" } },
          { api: { path: "/api", port: "http", stripPrefix: true } },
        ),
        ...programFields,
        jobs: fc.constantFrom(
          { migrate: { command: ["migrate"] } },
          { prepare: { command: ["prepare"], when: "preDeploy" } },
          { nightly: { command: ["sweep"], schedule: "0 3 * * *", timeZone: "Etc/UTC" } },
        ),
      },
      { requiredKeys: [] },
    ),
    accountFields,
  )
  .map(([loose, fixed, more, account]) => withoutNulls({ ...loose, ...fixed, ...more, ...account }));

const ingress = fc
  .record({
    controller: fc.constantFrom("nginx", "traefik"),
    namespace: fc.constant("ingress"),
    labels: fc.constant({ app: "ingress" }),
    host: fc.constantFrom("a.example", "b.example"),
  })
  .chain((base) => fc.constantFrom(base, { ...base, tls: { secretName: "tls" } }));

const environment = fc
  .tuple(
    fc.record(
      {
        profile: fc.constantFrom("local", "staging", "airgap", "prod"),
        ingress,
        registry: fc.constantFrom("mirror", "plain"),
        mocks: fc.constantFrom("gpu", []),
        overrides: patch.map(withoutImage),
      },
      { requiredKeys: ["profile", "ingress"] },
    ),
    environmentFields,
  )
  .map(([own, more]) => ({ ...own, ...more }));

/** A registry with one to four services and one to three environments. */
export const arbitraryRegistry: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    services: fc.dictionary(name, service, { minKeys: 1, maxKeys: 4 }),
    environments: fc.dictionary(fc.constantFrom("local", "stage", "enclave"), environment, { minKeys: 1, maxKeys: 3 }),
    patches: fc.array(
      fc.tuple(
        name,
        fc.constantFrom("local", "stage", "enclave"),
        fc.oneof({ weight: 5, arbitrary: patch }, { weight: 1, arbitrary: fc.constant(null) }),
      ),
      { maxLength: 4 },
    ),
    volumes: fc.array(fc.tuple(name, fc.constantFrom("own", "template", "scratch")), { maxLength: 3 }),
    defaults: patch.map(withoutImage),
    others: otherServices,
    network: arbitraryNetwork,
    platform: platformFields,
  })
  .map(({ network, others, ...parts }) => {
    const registry = withNetwork(assemble(parts), network);
    return { ...registry, services: { ...withoutIdlePatches(registry["services"] as Services), ...others } };
  });

function assemble({
  services,
  environments,
  patches,
  volumes,
  defaults,
  platform,
}: {
  services: Record<string, Record<string, unknown>>;
  environments: Record<string, unknown>;
  patches: readonly [string, string, unknown][];
  volumes: readonly [string, string][];
  defaults: unknown;
  platform: object;
}): Record<string, unknown> {
  for (const [owner, environment, patched] of patches)
    if (services[owner] && environments[environment])
      services[owner] = {
        ...services[owner],
        environments: { ...(services[owner]["environments"] as object), [environment]: patched },
      };
  for (const [owner, kind] of volumes)
    if (services[owner])
      services[owner] = { ...services[owner], volumes: { data: volumeOf(kind, services[owner]["kind"]) } };
  for (const one of Object.values(services))
    if (one["gpu"]) one["mock"] = { image: "team/mock:1.0", build: { context: "mock" }, env: { MOCK: "yes" } };
  return {
    name: "random",
    registries: { mirror: { host: "registry.internal", mirror: true }, plain: { host: "registry.example:5000/team" } },
    ...PLATFORM,
    defaults,
    ...platform,
    environments,
    services: routed(services),
  };
}

function volumeOf(kind: string, workload: unknown): object {
  if (kind === "scratch") return { mountPath: "/scratch", type: "emptyDir", size: "1Gi" };
  const claim = { mountPath: "/data", size: "1Gi", storageClassName: "fast" };
  return kind === "template" && workload === "StatefulSet" ? { ...claim, volumeClaimTemplate: true } : claim;
}

function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}

function withoutImage(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([field]) => field !== "image"));
}
