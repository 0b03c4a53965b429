import { z } from "zod";
import {
  cidr,
  description,
  dnsLabel,
  dnsSubdomain,
  ipAddress,
  ownPort,
  portName,
  quantity,
  recordOf,
  serviceName,
  template,
  textMap,
  urlPath,
} from "./names.ts";

// How a service is reached, and what it may reach.

const portNumber = z.int().min(1).max(65535);
const nodePort = z.int().min(30000, "must lie between 30000 and 32767").max(32767, "must lie between 30000 and 32767");
const protocol = z.enum(["TCP", "UDP", "SCTP"]).describe("TCP by default.");

export const port = z.strictObject({
  containerPort: portNumber.describe("What the program listens on."),
  servicePort: portNumber.optional().describe("containerPort by default."),
  protocol: protocol.optional(),
  appProtocol: z.string().optional().describe("A hint for meshes and controllers, such as https."),
  nodePort: nodePort
    .optional()
    .describe("Of every node, for type NodePort or LoadBalancer; given by the cluster by default."),
  hostPort: portNumber.optional().describe("Of the node on which the pod runs."),
});

const exposure = {
  type: z.enum(["ClusterIP", "NodePort", "LoadBalancer"]).optional().describe("ClusterIP by default."),
  headless: z.boolean().optional().describe("true by default for the Service of a StatefulSet."),
  annotations: textMap.optional().describe("Annotations of the Service."),
  labels: textMap.optional().describe("Further labels of the Service."),
  externalTrafficPolicy: z
    .enum(["Cluster", "Local"])
    .optional()
    .describe("Local keeps the client's address. Cluster by default."),
  internalTrafficPolicy: z.enum(["Cluster", "Local"]).optional().describe("Cluster by default."),
  loadBalancerClass: z.string().optional().describe("Which implementation answers a LoadBalancer."),
  loadBalancerSourceRanges: z.array(cidr).optional().describe("Who may come in through a LoadBalancer."),
  sessionAffinity: z.enum(["None", "ClientIP"]).optional().describe("None by default."),
  publishNotReadyAddresses: z.boolean().optional().describe("false by default."),
};

export const kubernetesService = z
  .strictObject({ name: serviceName.optional().describe("The service's name by default."), ...exposure })
  .describe("The Kubernetes Service in front of its ports.");

export const extraService = z
  .strictObject({
    description: description.optional(),
    name: serviceName.optional().describe("`<service>-<key>` by default."),
    ...exposure,
    ports: recordOf(
      portName,
      z.strictObject({
        servicePort: portNumber.optional().describe("That of the port by default."),
        nodePort: nodePort.optional().describe("Given by the cluster by default."),
      }),
    )
      .optional()
      .describe("Which of the service's ports; all of them by default."),
  })
  .describe("One more Kubernetes Service in front of the same pods.");

export const external = z
  .strictObject({
    host: template
      .optional()
      .describe("A DNS name: the Service becomes an ExternalName, and references give this very name."),
    addresses: z.array(ipAddress).min(1).optional().describe("IP addresses: the Service gets an EndpointSlice."),
    cidrs: z
      .array(cidr)
      .min(1)
      .optional()
      .describe(
        "Networks in which it lies, for the policies of its callers; its addresses, or everywhere, by default.",
      ),
  })
  .describe("Where something lies that does not run in the cluster: exactly one of host and addresses.");

const routeTls = z
  .strictObject({
    secretName: dnsSubdomain
      .optional()
      .describe("Secret with the certificate; `<route>-tls` by default where an issuer makes it."),
    issuer: dnsSubdomain.optional().describe("cert-manager's issuer that makes the Secret."),
    issuerKind: z.enum(["ClusterIssuer", "Issuer"]).optional().describe("ClusterIssuer by default."),
  })
  .describe("A certificate: a Secret that exists, or one that cert-manager makes.");

const rateLimit = z
  .strictObject({
    requestsPerSecond: z.int().min(1).describe("Of one client address, on average."),
    burst: z.int().min(1).optional().describe("Requests at once above the average; five seconds' worth by default."),
  })
  .describe("More than this is answered with 429 (Traefik) or 503 (ingress-nginx); a Gateway cannot do it.");

const cors = z
  .strictObject({
    allowOrigins: z.array(z.string()).min(1).describe("Such as https://app.example.com; `*` for any."),
    allowMethods: z.array(z.string()).optional().describe("GET, PUT, POST, DELETE, PATCH, OPTIONS by default."),
    allowHeaders: z
      .array(z.string())
      .optional()
      .describe("Request headers that a page may send; ingress-nginx's list by default."),
    exposeHeaders: z.array(z.string()).optional().describe("Response headers that a page may read."),
    allowCredentials: z.boolean().optional().describe("false by default."),
    maxAgeSeconds: z.int().min(0).optional().describe("How long a browser remembers the answer; 86400 by default."),
  })
  .describe("Which pages of other origins may call it. Behind a Gateway: since version 1.5 of the Gateway API.");

export const route = z
  .strictObject({
    description: description.optional(),
    host: template.optional().describe("The environment's ingress host by default."),
    path: urlPath.describe("What it answers for, under the host."),
    pathType: z.enum(["Prefix", "Exact", "ImplementationSpecific"]).optional().describe("Prefix by default."),
    port: ownPort,
    stripPrefix: z.boolean().optional().describe("The service sees the path without this prefix."),
    tls: routeTls
      .optional()
      .describe("The environment's by default; behind a Gateway its listener has the certificate."),
    rateLimit: rateLimit.optional(),
    cors: cors.optional(),
    maxBodySize: quantity
      .optional()
      .describe("The largest request, such as 64Mi; the controller's own limit by default. A Gateway cannot do it."),
    annotations: textMap.optional().describe("Laid over those of the environment's ingress."),
  })
  .describe("A way in from outside, through the environment's ingress controller.");

const peer = {
  description: description.optional(),
  namespace: dnsLabel.optional().describe("A namespace of the cluster."),
  labels: textMap.optional().describe("Labels of its pods; every pod by default."),
  cidrs: z.array(cidr).min(1).optional().describe("Networks, instead of a namespace."),
  except: z.array(cidr).optional().describe("Parts of these networks that are left out."),
};

export const networkPolicy = z
  .strictObject({
    allowFrom: recordOf(
      dnsLabel,
      z.strictObject({
        ...peer,
        ports: z.array(portName).optional().describe("Of the service; all of them by default."),
      }),
    )
      .optional()
      .describe("Callers that are no service of the registry, by a name of your own."),
    allowTo: recordOf(
      dnsLabel,
      z.strictObject({
        ...peer,
        ports: z
          .array(
            z.strictObject({
              port: portNumber.describe("Number of the port."),
              endPort: portNumber.optional().describe("Last number of a range."),
              protocol: protocol.optional(),
            }),
          )
          .optional()
          .describe("Every port by default."),
      }),
    )
      .optional()
      .describe("What it may reach that is no service of the registry, by a name of your own."),
  })
  .describe("Edges besides those of dependsOn, routes and metrics.");
