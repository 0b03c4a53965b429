import { z } from "zod";
import { exception } from "./exception.ts";
import { cidr, description, dnsLabel, dnsSubdomain, recordOf, template, textMap } from "./names.ts";
import { storageClass, secretSource, secretStore } from "./platform.ts";
import { servicePatch } from "./service.ts";

const tls = z
  .strictObject({
    secretName: dnsSubdomain.optional().describe("Secret with the certificate of every route."),
    issuer: dnsSubdomain.optional().describe("cert-manager's issuer, which makes a Secret per route."),
    issuerKind: z.enum(["ClusterIssuer", "Issuer"]).optional().describe("ClusterIssuer by default."),
  })
  .describe("A certificate: a Secret that exists, or an issuer.");

const ingress = z.strictObject({
  controller: z.enum(["nginx", "traefik", "gateway"]).describe("Which dialect it speaks; gateway: the Gateway API."),
  resource: z
    .enum(["Ingress", "IngressRoute"])
    .optional()
    .describe("What routes become for Traefik: Ingress by default, or its own IngressRoute."),
  className: z.string().optional().describe("The controller's name by default."),
  namespace: dnsLabel.describe("Where the controller runs: policies let it in."),
  labels: textMap.describe("Labels of the controller's pods."),
  cidrs: z.array(cidr).optional().describe("Its networks, where it runs on the network of the nodes."),
  host: template.optional().describe("Host of every route that names none."),
  tls: tls.optional().describe("TLS of every route that says none."),
  entryPoints: z
    .array(z.string())
    .optional()
    .describe(
      "Of Traefik; web, or websecure with TLS, by default. Leading http to https is a setting of the entry point web.",
    ),
  parentRefs: z
    .array(
      z.strictObject({
        name: dnsSubdomain.describe("Name of the Gateway."),
        namespace: dnsLabel.optional().describe("The route's own by default."),
        sectionName: z.string().optional().describe("One of its listeners; all by default."),
      }),
    )
    .optional()
    .describe("Gateways to which routes attach, for controller gateway."),
  annotations: textMap.optional().describe("Annotations of every Ingress."),
});

const monitoring = z.strictObject({
  namespace: dnsLabel.describe("Where the scraper runs."),
  labels: textMap.describe("Labels of the scraper's pods."),
  mode: z
    .enum(["annotations", "serviceMonitor"])
    .optional()
    .describe(
      "How it finds what to scrape: annotations of pods by default, or the Prometheus operator's ServiceMonitor.",
    ),
  serviceMonitorLabels: textMap.optional().describe("Labels by which the operator selects ServiceMonitors."),
});

const cluster = z
  .strictObject({
    allowedContexts: z
      .array(z.string())
      .optional()
      .describe("kubectl contexts that may be touched although nothing proves them local."),
    name: dnsLabel.optional().describe("Name of the kind cluster; the platform's by default."),
    kubernetesVersion: z
      .string()
      .regex(/^1\.[0-9]+\.[0-9]+$/, 'must be a version such as "1.33.1"')
      .optional()
      .describe("Version of kind's node image; kind's own by default."),
    workers: z.int().min(0).optional().describe("Nodes besides the control plane; 0 by default."),
    nodeLabels: textMap.optional().describe("Labels of the first node, such as ingress-ready."),
    portMappings: z
      .array(
        z.strictObject({
          hostPort: z.int().min(1).max(65535).describe("Port of this machine."),
          containerPort: z.int().min(1).max(65535).describe("Port of the first node."),
          protocol: z.enum(["TCP", "UDP", "SCTP"]).optional().describe("TCP by default."),
          listenAddress: z.string().optional().describe("127.0.0.1 by default."),
        }),
      )
      .optional()
      .describe("Ports of this machine that lead into the cluster."),
    extraMounts: z
      .array(
        z.strictObject({
          hostPath: z.string().describe("Folder of this machine, relative to services.json."),
          containerPath: z.string().describe("Folder of the first node."),
          readOnly: z.boolean().optional().describe("false by default."),
        }),
      )
      .optional()
      .describe("Folders that outlive the cluster, such as that of its volumes."),
    ingress: z
      .strictObject({
        files: z
          .array(z.string())
          .min(1)
          .describe("YAML files beside services.json, applied in this order: definitions before what they define."),
      })
      .optional()
      .describe("The controller that `ingress` names: put into a cluster as soon as it is made."),
  })
  .describe("Settings of the dev loop's cluster.");

export const environment = z.strictObject({
  description: description.optional(),
  profile: z
    .enum(["local", "staging", "airgap", "prod"])
    .describe("Decides the defaults; the environment's name decides nothing."),
  namespaces: recordOf(dnsLabel, template).optional().describe("The registry's namespace → this environment's."),
  parameters: recordOf(dnsLabel, z.string())
    .optional()
    .describe(
      "Values of `${parameters.<name>}`; `npm run render -- --set name=value` gives others, as a preview needs.",
    ),
  registry: dnsLabel.optional().describe("One of `registries`."),
  imagePins: z.enum(["tag", "digest"]).optional().describe("digest in profiles airgap and prod, tag elsewhere."),
  buildArgs: textMap
    .optional()
    .describe("Build arguments of every image that is built for here, such as a package mirror."),
  ingress: ingress.optional().describe("The controller behind this environment's routes."),
  monitoring: monitoring.optional().describe("Who may read metrics ports."),
  dns: z
    .strictObject({
      namespace: dnsLabel.optional().describe("kube-system by default."),
      labels: textMap.optional().describe("k8s-app: kube-dns by default."),
      cidrs: z.array(cidr).optional().describe("Further servers, such as 169.254.20.10/32 of a node-local cache."),
    })
    .optional()
    .describe("Whom pods may ask for names."),
  networkPolicies: z
    .boolean()
    .optional()
    .describe("false: none are generated, where something else decides who may talk. true by default."),
  storageClasses: z
    .record(z.string(), z.union([z.string(), storageClass], { error: "must be a name or a StorageClass" }))
    .optional()
    .describe("Logical name → one that the cluster has, or one that is made here."),
  mocks: z
    .union([z.literal("gpu"), z.array(dnsLabel)], { error: 'must be "gpu" or a list of services' })
    .optional()
    .describe('"gpu": every service with a gpu; or the names.'),
  secrets: recordOf(dnsSubdomain, z.strictObject({ from: secretSource }))
    .optional()
    .describe("Laid over `from` of the secrets of these names."),
  secretStore: secretStore.optional().describe("Store of every ExternalSecret that names none."),
  overrides: servicePatch.optional().describe("A partial service laid over every service."),
  closedWorld: z
    .strictObject({
      domains: z.array(z.string()).optional().describe("Domains that may be named, with everything below them."),
      cidrs: z.array(cidr).optional().describe("Networks that may be named."),
    })
    .optional()
    .describe("What an air-gapped environment may name besides the cluster itself."),
  apiGroups: z
    .array(z.string())
    .optional()
    .describe("API groups of custom resources that the cluster serves already, such as monitoring.coreos.com."),
  gpus: z.int().min(0).optional().describe("GPUs that the cluster has; more requested ones are reported."),
  cluster: cluster.optional(),
  exceptions: z.array(exception).optional().describe("Checks that are answered for every service here."),
});
