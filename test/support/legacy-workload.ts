export const NAMESPACE = "take-over-test";
export const IMAGE = "nginxinc/nginx-unprivileged:1.27-alpine";

export interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const HELM: Marks = {
  labels: { "app.kubernetes.io/managed-by": "Helm" },
  annotations: { "meta.helm.sh/release-name": "legacy", "meta.helm.sh/release-namespace": NAMESPACE },
};

/** As somebody wrote it years ago. */
export function legacy({ labels, annotations }: Marks = { labels: {}, annotations: {} }): object[] {
  const metadata = (name: string): object => ({
    name,
    namespace: NAMESPACE,
    labels: { app: "web", tier: "front", ...labels },
    annotations: { "example.com/owner": "somebody", ...annotations },
  });
  const container = {
    name: "nginx",
    image: IMAGE,
    ports: [{ containerPort: 8080 }],
    env: [{ name: "OLD", value: "1" }],
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
  const pod = {
    terminationGracePeriodSeconds: 1,
    hostAliases: [{ ip: "10.0.0.1", hostnames: ["legacy"] }],
    containers: [container],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "legacy-data" } }],
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: metadata("legacy-data"),
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("web-config"),
      data: { GREETING: "hi", FORGOTTEN: "yes" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata("web-svc"),
      spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("legacy-web"),
      spec: {
        replicas: 1,
        progressDeadlineSeconds: 120,
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: pod },
      },
    },
  ];
}

/** The registry that docs/adopt.md shows. */
export const PLATFORM = {
  name: "take-over-test",
  namespaces: { [NAMESPACE]: {} },
  environments: { local: { profile: "local" } },
  services: {
    web: {
      image: IMAGE,
      names: { Workload: "legacy-web" },
      selector: { app: "web" },
      labels: { app: "web" },
      containerName: "nginx",
      serviceAccount: { name: "legacy" },
      config: { name: "web-config", values: { GREETING: "hello" } },
      env: { NEW: "1" },
      ports: { http: { containerPort: 8080, servicePort: 80 } },
      service: { name: "web-svc" },
      volumes: { data: { mountPath: "/data", claimName: "legacy-data" } },
      securityContext: { pod: { runAsUser: 101, runAsGroup: 101, fsGroup: 101 } },
      terminationGracePeriodSeconds: 1,
    },
  },
};
