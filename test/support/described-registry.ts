// Registries that say something wherever something may be said: each text ends with the path that it stands at.

export type Data = Readonly<Record<string, unknown>>;

/** What stands at `path` is described; `values` is the rest of it. */
function told(path: string, values: Data = {}): Data {
  return { description: `About ${path}.`, ...values };
}

/** A whole service, all of it described; `path`: where it is written. */
export function describedService(path: string): Data {
  const at = (inner: string, values: Data): Data => told(`${path}.${inner}`, values);
  const port = { port: "http" };
  return {
    ...told(path),
    kind: "StatefulSet",
    image: "shop/app:1.2.3",
    env: { TOKEN: { secret: "token", key: "key" } },
    ports: { http: { containerPort: 8080 } },
    initContainers: [at("initContainers", { name: "wait", command: ["wait"] })],
    sidecars: {
      proxy: at("sidecars.proxy", { image: "shop/proxy:1.0.0" }),
      beside: at("sidecars.beside", { image: "shop/log:1.0.0", native: false }),
    },
    volumes: {
      claim: at("volumes.claim", { mountPath: "/claim", size: "1Gi" }),
      each: at("volumes.each", { mountPath: "/each", size: "1Gi", volumeClaimTemplate: true }),
      scratch: at("volumes.scratch", { mountPath: "/scratch", type: "emptyDir" }),
      shared: at("volumes.shared", { mountPath: "/shared", volume: "uploads" }),
      theirs: at("volumes.theirs", { mountPath: "/theirs", claimName: "theirs" }),
      node: at("volumes.node", { mountPath: "/node", type: "hostPath", path: "/var/lib/node" }),
    },
    jobs: {
      before: at("jobs.before", { command: ["before"], when: "preDeploy" }),
      after: at("jobs.after", { command: ["after"] }),
      nightly: at("jobs.nightly", { command: ["nightly"], schedule: "0 3 * * *" }),
    },
    extraServices: { peers: at("extraServices.peers", { headless: true }) },
    routes: { web: at("routes.web", { path: "/", port: "http" }) },
    networkPolicy: {
      allowFrom: { office: at("networkPolicy.allowFrom.office", { cidrs: ["10.0.0.0/8"] }) },
      allowTo: { mail: at("networkPolicy.allowTo.mail", { cidrs: ["10.0.0.0/8"] }) },
    },
    patches: {
      label: at("patches.label", {
        kind: "StatefulSet",
        operations: [{ op: "add", path: "/metadata/labels/patched", value: "yes" }],
      }),
    },
    verify: {
      http: at("verify.http", { http: { ...port, path: "/" } }),
      tcp: at("verify.tcp", { tcp: port }),
      route: at("verify.route", { route: { name: "web" } }),
      exec: at("verify.exec", { exec: { command: ["true"] } }),
    },
  };
}

export const ENVIRONMENT: Data = {
  profile: "airgap",
  registry: "mirror",
  ingress: { controller: "nginx", namespace: "ingress", labels: { app: "ingress" }, host: "shop.example" },
};

/** A platform around `services` in two environments of this kind and in a plain one, with whatever is said of it besides. */
export function describedPlatform(services: Data, environment: Data = ENVIRONMENT, more: Data = {}): Data {
  return {
    name: "shop",
    ...told("platform"),
    namespaces: { shop: told("namespaces.shop") },
    environments: {
      prod: told("environments.prod", {
        storageClasses: { fast: told("environments.prod.storageClasses.fast", { provisioner: "example.com/fast" }) },
        ...environment,
      }),
      alike: { ...told("environments.alike"), ...environment },
      plain: { ...told("environments.plain"), ...ENVIRONMENT },
    },
    registries: { mirror: told("registries.mirror", { host: "registry.internal", mirror: true }) },
    secrets: {
      token: told("secrets.token", { keys: { key: told("secrets.token.keys.key") } }),
    },
    volumes: { uploads: told("volumes.uploads", { size: "1Gi", accessModes: ["ReadWriteMany"] }) },
    storageClasses: { slow: told("storageClasses.slow", { provisioner: "example.com/slow" }) },
    priorityClasses: { first: told("priorityClasses.first", { value: 1000 }) },
    manifests: { vendored: told("manifests.vendored", { files: ["vendored.yaml"] }) },
    mirror: {
      charts: { a: told("mirror.charts.a", { repository: "https://charts.example", version: "1.0.0" }) },
      packages: { b: told("mirror.packages.b", { type: "apt", repository: "https://apt.example", names: ["curl"] }) },
      files: { c: told("mirror.files.c", { url: "https://files.example/c", destination: "/c" }) },
      models: { d: told("mirror.models.d", { source: "https://models.example/d", destination: "/d" }) },
    },
    services,
    ...more,
  };
}

export const VENDORED: ReadonlyMap<string, string> = new Map([
  ["vendored.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vendored\n  namespace: shop\n"],
]);

/** Every text that is said, with its place: names of records as `*`, places in lists as `[]`. */
export function descriptionsIn(
  value: unknown,
  known: ReadonlySet<string>,
  path = "",
): { path: string; text: string }[] {
  if (Array.isArray(value)) return value.flatMap((one) => descriptionsIn(one, known, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const steps = [`${path}.${key}`, `${path}.*`].filter((step) => [...known].some((one) => isUnder(one, step)));
    if (typeof inner === "string")
      return key === "description" && known.has(`${path}.description`)
        ? [{ path: `${path}.description`, text: inner }]
        : [];
    return steps.flatMap((step) => descriptionsIn(inner, known, step));
  });
}

function isUnder(path: string, step: string): boolean {
  return path === step || path.startsWith(`${step}.`) || path.startsWith(`${step}[]`);
}
