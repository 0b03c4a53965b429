import { type Planted, ENCLAVE_WEB, foreign, inEnclave, on, web, webPod } from "./plant.ts";

function kustomization(by: string, value: object): Planted {
  const path = "overlays/enclave/extra/kustomization.yaml";
  return { code: "REMOTE_KUSTOMIZATION", by, where: [path], kustomizations: [{ path, value }] };
}

export const AIRGAP: readonly Planted[] = [
  {
    code: "PUBLIC_REGISTRY",
    by: "an image that a controller starts",
    where: inEnclave("Widget/x"),
    also: ["API_GROUP"],
    add: [foreign("widgets.example.org/v1", "Widget", { spec: { image: "docker.io/acme/widget:1" } })],
  },
  {
    code: "CLOSED_WORLD",
    by: "a URL",
    where: ENCLAVE_WEB,
    change: web((service) => (service.env = { API: "https://api.acme.example/v1" })),
  },
  {
    code: "CLOSED_WORLD",
    by: "a public host without a scheme",
    where: ENCLAVE_WEB,
    change: web((service) => (service.args = ["--repo=huggingface.co/acme/model"])),
  },
  {
    code: "CLOSED_WORLD",
    by: "a host in a variable called so",
    where: ENCLAVE_WEB,
    change: web((service) => (service.env = { SMTP_HOST: "mail.acme.example" })),
  },
  {
    code: "CLOSED_WORLD",
    by: "a public address",
    where: ENCLAVE_WEB,
    change: web((service) => (service.env = { DNS: "udp://8.8.8.8:53" })),
  },
  {
    code: "CLOSED_WORLD",
    by: "a file",
    where: inEnclave("ConfigMap/web-files"),
    change: web(
      (service) =>
        (service.files = { "/etc/a.conf": { content: "# https://docs.example\nupstream https://acme.example\n" } }),
    ),
  },
  {
    code: "CLOSED_WORLD",
    by: "a host that the closed world does not list",
    where: ENCLAVE_WEB,
    change: (registry) => {
      registry["services"]!["web"].env = { A: "http://one.shop.internal", B: "http://two.corp.internal" };
      registry["environments"]!["enclave"].closedWorld = { domains: ["shop.internal"], cidrs: [] };
    },
  },
  {
    code: "CLOSED_WORLD",
    by: "an ExternalName",
    where: inEnclave("Service/x"),
    add: [foreign("v1", "Service", { spec: { type: "ExternalName", externalName: "db.acme.example" } })],
  },
  {
    code: "ACME",
    by: "an annotation",
    where: inEnclave("Ingress/web-home"),
    edit: on(
      "Ingress/web-home",
      (object) => (object.metadata.annotations = { "cert-manager.io/cluster-issuer": "letsencrypt-prod" }),
    ),
  },
  {
    code: "RUNTIME_FETCH",
    by: "pip",
    where: ENCLAVE_WEB,
    change: web((service) => (service.command = ["sh", "-c", "pip install -q flask && exec flask run"])),
  },
  {
    code: "OFFLINE_SWITCH",
    by: "a switch that is off",
    where: inEnclave("Deployment/model"),
    change: ({ services }) => (services!["model"].env.HF_HUB_OFFLINE = "0"),
  },
  {
    code: "EGRESS_OPEN",
    by: "a rule for everybody",
    where: inEnclave("NetworkPolicy/web"),
    edit: on("NetworkPolicy/web", (object) => object.spec.egress.push({ ports: [{ port: 443, protocol: "TCP" }] })),
  },
  {
    code: "EGRESS_OPEN",
    by: "the whole internet",
    where: inEnclave("NetworkPolicy/web"),
    edit: on("NetworkPolicy/web", (object) =>
      object.spec.egress.push({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443, protocol: "TCP" }] }),
    ),
  },
  {
    code: "EGRESS_OPEN",
    by: "every port",
    where: inEnclave("NetworkPolicy/web"),
    edit: on("NetworkPolicy/web", (object) => object.spec.egress.push({ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] })),
  },
  {
    code: "API_GROUP",
    by: "a kind that nobody serves",
    where: inEnclave("PrometheusRule/x"),
    add: [foreign("monitoring.coreos.com/v1", "PrometheusRule")],
  },
  kustomization("a branch", { resources: ["https://raw.githubusercontent.com/kubernetes/x/main/deploy.yaml"] }),
  kustomization("a repository", { components: ["github.com/acme/base//overlays?ref=v1"] }),
  kustomization("a chart", { helmCharts: [{ name: "x", repo: "https://charts.example" }] }),
  kustomization("a folder elsewhere", { resources: ["../../../../elsewhere"] }),
  {
    code: "IMAGE_PULL_ALWAYS",
    by: "a container of one's own",
    where: ENCLAVE_WEB,
    edit: webPod((c) => (c.imagePullPolicy = "Always")),
  },
];
