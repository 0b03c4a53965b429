/** A platform of `count` services in four environments: six objects each and an edge to the service before. */
export function syntheticRegistry(count: number): object {
  const ingress = { controller: "traefik", namespace: "traefik", labels: { app: "traefik" }, host: "bench.example" };
  return {
    name: "bench",
    namespaces: { bench: {} },
    registries: { mirror: { host: "registry.internal", mirror: true } },
    environments: {
      local: { profile: "local", ingress, overrides: { replicas: 1, resources: { requests: { cpu: "50m" } } } },
      staging: { profile: "staging", ingress },
      airgap: { profile: "airgap", ingress, registry: "mirror" },
      prod: { profile: "prod", ingress },
    },
    services: Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`service-${String(i).padStart(4, "0")}`, service(i)]),
    ),
  };
}

function service(i: number): object {
  const before = `service-${String(i - 1).padStart(4, "0")}`;
  return {
    image: `bench/service-${i}:1.0.0`,
    build: { context: `service-${i}` },
    replicas: 2,
    ports: { http: { containerPort: 8080 } },
    config: { values: { NUMBER: String(i), MODE: "bench" } },
    env: i === 0 ? {} : { PEER: `\${services.${before}.url}` },
    dependsOn: i === 0 ? {} : { [before]: {} },
    probes: {
      readiness: { httpGet: { path: "/ready", port: "http" } },
      liveness: { httpGet: { path: "/live", port: "http" } },
    },
  };
}
