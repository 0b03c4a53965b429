import { type Planted, ENCLAVE_WEB, WEB, foreign, inBoth, inEnclave, on, web } from "./plant.ts";

const NGINX = "nginx.ingress.kubernetes.io/";
const LOCAL_HOME = ["overlays/local Ingress/web-home"];
const HOME = inBoth("Ingress/web-home");

function annotated(annotations: Readonly<Record<string, string>>) {
  return on("Ingress/web-home", (object) => Object.assign((object.metadata.annotations ??= {}), annotations));
}

export const NETWORK: readonly Planted[] = [
  {
    code: "EGRESS_DNS",
    by: "a policy without it",
    where: WEB,
    edit: on("NetworkPolicy/web", (object) => object.spec.egress.shift()),
  },
  {
    code: "DANGLING_POLICY",
    by: "a selector",
    where: inBoth("NetworkPolicy/x"),
    add: [
      foreign("networking.k8s.io/v1", "NetworkPolicy", {
        spec: { podSelector: { matchLabels: { app: "gone" } }, policyTypes: ["Ingress"] },
      }),
    ],
  },
  {
    code: "DANGLING_POLICY",
    by: "a peer",
    where: inBoth("NetworkPolicy/x"),
    add: [
      foreign("networking.k8s.io/v1", "NetworkPolicy", {
        spec: {
          podSelector: {},
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: { matchLabels: { app: "gone" } } }] }],
        },
      }),
    ],
  },
  {
    code: "BLOCKED_EDGE",
    by: "the caller's policy",
    where: WEB,
    edit: on("NetworkPolicy/web", (object) => object.spec.egress.pop()),
  },
  {
    code: "BLOCKED_EDGE",
    by: "another port at the target",
    where: inBoth("StatefulSet/db"),
    edit: on("NetworkPolicy/db", (object) => (object.spec.ingress[0].ports[0].port = 5433)),
  },
  {
    code: "UNDECLARED_DEPENDENCY",
    by: "a host in a variable",
    where: WEB,
    change: web((service) => (service.env = { MODEL_URL: "${services.model.url}" })),
  },
  {
    code: "SERVICE_SELECTOR",
    by: "labels that nothing has",
    where: inBoth("Service/x"),
    add: [foreign("v1", "Service", { spec: { selector: { app: "gone" }, ports: [{ port: 80 }] } })],
  },
  {
    code: "SERVICE_PORTS",
    by: "one port twice",
    where: inBoth("Service/web"),
    edit: on("Service/web", (object) => object.spec.ports.push({ ...object.spec.ports[0], name: "again" })),
  },
  {
    code: "SERVICE_PORTS",
    by: "a name that the pods lack",
    where: inBoth("Service/web"),
    edit: on("Service/web", (object) => (object.spec.ports[0].targetPort = "htpp")),
  },
  {
    code: "STATEFUL_SERVICE",
    by: "no headless Service",
    where: inBoth("StatefulSet/db"),
    change: ({ services }) => (services!["db"].service = { headless: false }),
  },
  ...["NodePort", "LoadBalancer"].map((type): Planted => ({
    code: "EXPOSED_SERVICE",
    by: type,
    where: inEnclave("Service/web"),
    edit: on("Service/web", (object) => (object.spec.type = type)),
  })),
  {
    code: "EXPOSED_SERVICE",
    by: "an address from outside",
    where: inEnclave("Service/web"),
    edit: on("Service/web", (object) => (object.spec.externalIPs = ["10.1.2.3"])),
  },
  {
    code: "INGRESS_TLS",
    by: "none",
    where: inEnclave("Ingress/web-home", "Ingress/api-api"),
    change: ({ environments }) => delete environments!["enclave"].ingress.tls,
  },
  {
    code: "INGRESS_HOST",
    by: "none",
    where: HOME,
    edit: on("Ingress/web-home", (object) => delete object.spec.rules[0].host),
  },
  {
    code: "INGRESS_NGINX",
    by: "its class",
    where: inEnclave("Ingress/web-home"),
    edit: on("Ingress/web-home", (object) => (object.spec.ingressClassName = "nginx")),
  },
  {
    code: "INGRESS_SNIPPET",
    by: "one",
    where: HOME,
    edit: annotated({ [`${NGINX}configuration-snippet`]: "return 200;" }),
  },
  {
    code: "INGRESS_REWRITE",
    by: "everything to one path",
    where: LOCAL_HOME,
    change: web((service) => {
      service.routes.home.path = "/auth/";
      service.environments = { local: { routes: { home: { annotations: { [`${NGINX}rewrite-target`]: "/" } } } } };
    }),
  },
  {
    code: "INGRESS_ANNOTATION",
    by: "one that never was",
    where: HOME,
    edit: annotated({ [`${NGINX}rate-limit`]: "100" }),
  },
  {
    code: "SERVICE_MONITOR",
    by: "labels that no Service has",
    where: inBoth("ServiceMonitor/x"),
    also: ["API_GROUP"],
    add: [
      foreign("monitoring.coreos.com/v1", "ServiceMonitor", {
        spec: { selector: { matchLabels: { app: "gone" } }, endpoints: [{ port: "metrics" }] },
      }),
    ],
  },
  {
    code: "DANGLING_REFERENCE",
    by: "a backend of the Gateway API",
    where: inBoth("HTTPRoute/x"),
    also: ["API_GROUP"],
    add: [
      foreign("gateway.networking.k8s.io/v1", "HTTPRoute", {
        spec: {
          rules: [
            {
              backendRefs: [
                { name: "web", port: 3000 },
                { name: "gone", port: 80 },
              ],
            },
          ],
        },
      }),
    ],
  },
  {
    code: "NAKED_POD",
    by: "one",
    where: inBoth("Pod/x"),
    also: ["EGRESS_DNS", "LABELS", "NETWORK_POLICY", "SERVICE_ACCOUNT_TOKEN", "SECURITY_CONTEXT"],
    add: [foreign("v1", "Pod", { spec: { containers: [] } })],
  },
  {
    code: "LOCAL_HOST",
    by: "the desk's own name",
    where: ENCLAVE_WEB,
    change: web((service) => (service.env = { UPSTREAM: "http://host.docker.internal:11434" })),
  },
  {
    code: "LOCAL_HOST",
    by: "a database in the pod itself",
    where: ENCLAVE_WEB,
    change: web((service) => (service.env = { DB_HOST: "localhost" })),
  },
];
