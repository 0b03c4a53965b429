import fc from "fast-check";

// What random registries say about the network: laid over a registry that is valid without it.

type Fields = Record<string, unknown>;

const nodePorts = fc.uniqueArray(fc.integer({ min: 30000, max: 32767 }), { minLength: 10, maxLength: 10 });

const shown = fc.constantFrom<Fields>(
  {},
  { type: "NodePort", externalTrafficPolicy: "Local" },
  { type: "LoadBalancer", loadBalancerClass: "a/b", loadBalancerSourceRanges: ["10.0.0.0/8"] },
  { headless: true, publishNotReadyAddresses: true },
  { headless: false, sessionAffinity: "ClientIP", internalTrafficPolicy: "Local" },
  { labels: { expose: "yes" }, annotations: { "example.com/a": "on" } },
);

const networkPolicy = fc.record(
  {
    allowFrom: fc.dictionary(
      fc.constantFrom("one", "two"),
      fc.constantFrom<Fields>(
        { namespace: "back", labels: { a: "yes" } },
        { namespace: "elsewhere", ports: ["http"] },
        { cidrs: ["10.0.0.0/8", "2001:db8::/32"], except: ["10.1.0.0/16"], description: "an office" },
      ),
    ),
    allowTo: fc.dictionary(
      fc.constantFrom("one", "two"),
      fc.constantFrom<Fields>(
        { namespace: "elsewhere" },
        { cidrs: ["192.0.2.0/24"], ports: [{ port: 5060, endPort: 5070, protocol: "UDP" }, { port: 443 }] },
      ),
    ),
  },
  { requiredKeys: [] },
);

const external = fc.constantFrom<Fields>(
  { host: "outside.example", addresses: null, cidrs: ["10.0.0.0/8"] },
  { host: "host.docker.internal", addresses: null },
  { host: null, addresses: ["192.0.2.1"], cidrs: null },
  { host: null, addresses: ["2001:db8::1", "192.0.2.2", "192.0.2.10"] },
);

const routeSettings = fc.record(
  {
    rateLimit: fc.constantFrom({ requestsPerSecond: 10 }, { requestsPerSecond: 3, burst: 7 }),
    cors: fc.constantFrom({ allowOrigins: ["*"] }, { allowOrigins: ["https://*.a.example"], allowCredentials: true }),
    maxBodySize: fc.constantFrom("64Mi", "1500k", "1"),
    pathType: fc.constantFrom("Prefix", "Exact"),
    tls: fc.constantFrom({ secretName: "own" }, { issuer: "ca" }, { issuer: "ca", issuerKind: "Issuer" }),
  },
  { requiredKeys: [] },
);

const environment = fc.record(
  {
    networkPolicies: fc.constantFrom(true, true, false),
    dns: fc.constantFrom<Fields>({ cidrs: ["169.254.20.10/32"] }, { namespace: "dns", labels: { app: "dns" } }),
  },
  { requiredKeys: [] },
);

const controller = fc.constantFrom<Fields | null>(
  null,
  { cidrs: ["10.9.0.0/16"], annotations: { "example.com/b": "12" } },
  { controller: "traefik", resource: "IngressRoute", tls: { issuer: "ca" }, entryPoints: ["a", "b"] },
  { controller: "gateway", parentRefs: [{ name: "edge", sectionName: "https" }], tls: undefined },
);

export interface ArbitraryNetwork {
  readonly nodePorts: readonly number[];
  readonly services: readonly {
    readonly service: Fields;
    readonly extra: Fields;
    readonly policy: Fields;
    readonly hasNodePort: boolean;
  }[];
  readonly route: Fields;
  readonly outside: Fields;
  readonly outsideThere: Fields;
  readonly environments: readonly { readonly settings: Fields; readonly controller: Fields | null }[];
  readonly movesOut: boolean;
}

export const arbitraryNetwork: fc.Arbitrary<ArbitraryNetwork> = fc.record({
  nodePorts,
  services: fc.array(fc.record({ service: shown, extra: shown, policy: networkPolicy, hasNodePort: fc.boolean() }), {
    minLength: 5,
    maxLength: 5,
  }),
  route: routeSettings,
  outside: external.map(withoutNulls),
  outsideThere: external,
  environments: fc.array(fc.record({ settings: environment, controller }), { minLength: 3, maxLength: 3 }),
  movesOut: fc.boolean(),
});

/** The registry with all of it; what its own random layers say stays. */
export function withNetwork(registry: Fields, network: ArbitraryNetwork): Fields {
  const environments = Object.entries(registry["environments"] as Record<string, Fields>).map(([name, settings], i) => {
    const { settings: more = {}, controller: other = null } = network.environments[i] ?? {};
    return [name, { ...settings, ...more, ingress: { ...(settings["ingress"] as Fields), ...other } }] as const;
  });
  const hasGateway = environments.some(([, { ingress }]) => (ingress as Fields)["controller"] === "gateway");
  const services = Object.entries(registry["services"] as Record<string, Fields>).map(
    ([name, service], i) => [name, widened(service, network, i, hasGateway)] as const,
  );
  const [first] = environments;
  const outside = {
    kind: "External",
    namespace: "back",
    ports: { tls: { containerPort: 8443, appProtocol: "https" }, dns: { containerPort: 53, protocol: "UDP" } },
    external: network.outside,
    environments: { [first?.[0] ?? ""]: { external: network.outsideThere } },
  };
  const all = Object.fromEntries([...services, ["outside", outside] as const]);
  return {
    ...registry,
    environments: Object.fromEntries(environments),
    services: network.movesOut ? moved(all, environments.at(-1)?.[0] ?? "") : all,
  };
}

function widened(service: Fields, network: ArbitraryNetwork, i: number, hasGateway: boolean): Fields {
  const { service: written = {}, extra = {}, policy = {}, hasNodePort = false } = network.services[i] ?? {};
  const isOpen = written["type"] !== undefined && hasNodePort;
  const ports = Object.entries(service["ports"] as Record<string, Fields>).map(([name, port]) => [
    name,
    name === "http" && isOpen ? { ...port, nodePort: network.nodePorts[i] } : port,
  ]);
  const extraPorts = extra["type"] === undefined ? {} : { ports: { http: { nodePort: network.nodePorts[i + 5] } } };
  return {
    ...service,
    ports: Object.fromEntries(ports) as Fields,
    service: written,
    extraServices: { more: { ...extra, ...extraPorts } },
    networkPolicy: policy,
    dependsOn: { outside: i % 2 === 0 ? {} : { ports: ["tls"] } },
    env: { ...(service["env"] as Fields), OUTSIDE: "${services.outside.ports.tls} at ${services.outside.host}" },
    ...(service["routes"] !== undefined && { routes: routesOf(service["routes"] as Fields, network, hasGateway) }),
  };
}

/** A Gateway refuses what it cannot do. */
function routesOf(routes: Fields, { route }: ArbitraryNetwork, hasGateway: boolean): Fields {
  const { rateLimit, maxBodySize, ...rest } = route;
  const known = hasGateway
    ? rest
    : withoutNulls({ ...rest, rateLimit: rateLimit ?? null, maxBodySize: maxBodySize ?? null });
  return Object.fromEntries(Object.entries(routes).map(([key, value]) => [key, { ...(value as Fields), ...known }]));
}

/** One service runs elsewhere in one environment, unless that environment says something else about it. */
function moved(services: Record<string, Fields>, environment: string): Record<string, Fields> {
  const [name, service] = Object.entries(services)[0] ?? [];
  const patches = service?.["environments"] as Fields | undefined;
  if (name === undefined || name === "outside" || patches?.[environment] !== undefined) return services;
  const there = { kind: "External", external: { addresses: ["192.0.2.77"] } };
  return { ...services, [name]: { ...service, environments: { ...patches, [environment]: there } } };
}

function withoutNulls(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}
