import { z } from "zod";
import {
  description,
  dnsLabel,
  dnsSubdomain,
  quantity,
  recordOf,
  textMap,
  dataKey,
  serviceName,
} from "./schema/names.ts";
import { service, servicePatch } from "./schema/service.ts";
import { exception } from "./schema/exception.ts";

// The one source of the registry's types, of its validation and of the editors' help. Rules that compare two places
// are in validate.ts: a JSON Schema could not say them.

const namespace = z.strictObject({
  description: description.optional(),
  labels: textMap.optional().describe("Labels of the Namespace."),
  annotations: textMap.optional().describe("Annotations of the Namespace."),
  podSecurity: z
    .enum(["restricted", "baseline", "privileged"])
    .optional()
    .describe("Pod Security level that is enforced; restricted by default."),
  resourceQuota: z.record(z.string(), z.string()).optional().describe("`hard` of a ResourceQuota."),
  limitRange: z
    .strictObject({
      default: z.record(z.string(), quantity).optional().describe("Limits of a container that says none."),
      defaultRequest: z.record(z.string(), quantity).optional().describe("Requests of a container that says none."),
      max: z.record(z.string(), quantity).optional().describe("The most that a container may have."),
      min: z.record(z.string(), quantity).optional().describe("The least that a container must have."),
    })
    .optional()
    .describe("A LimitRange for containers."),
  placeholder: z.boolean().optional().describe("Reserved: made, labelled, and empty on purpose."),
});

const secretSource = z
  .enum(["existing", "generated"])
  .describe("existing: made by whoever runs the cluster. generated: made once by `npm run secrets`.");

const secret = z.strictObject({
  description: description.optional(),
  type: z.string().optional().describe("Opaque by default."),
  from: secretSource.optional().describe("How it comes to exist; the environment decides by default."),
  keys: recordOf(
    dataKey,
    z.strictObject({
      description: description.optional(),
      generate: z
        .strictObject({
          length: z.int().min(8).max(256).optional().describe("32 by default."),
          alphabet: z.enum(["alphanumeric", "hex", "digits"]).optional().describe("alphanumeric by default."),
        })
        .optional()
        .describe("How a value is made where the Secret is generated."),
    }),
  ).describe("Keys that the Secret has."),
});

const sharedVolume = z.strictObject({
  description: description.optional(),
  namespace: dnsLabel.optional().describe("One of `namespaces`; the only one by default."),
  size: quantity.describe("Requested size."),
  storageClassName: z.string().optional().describe("Logical name; environments map it by storageClasses."),
  accessModes: z
    .array(z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]))
    .optional()
    .describe("ReadWriteOnce by default."),
});

const registry = z
  .strictObject({
    description: description.optional(),
    host: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.:/-]*[a-z0-9]$/,
        "must be a registry host, with port and path where needed, without a scheme",
      )
      .describe("Host, with port and path where needed."),
    mirror: z
      .boolean()
      .optional()
      .describe("Third-party images come from here too, with their source host in the path."),
  })
  .describe("An image registry.");

const tls = z
  .strictObject({ secretName: dnsSubdomain.describe("Name of the Secret.") })
  .describe("A certificate: `tls.crt` and `tls.key` of a Secret.");

const ingress = z.strictObject({
  controller: z.enum(["nginx", "traefik"]).describe("Which dialect of annotations it speaks."),
  className: z.string().optional().describe("The controller's name by default."),
  namespace: dnsLabel.describe("Where the controller runs: policies let it in."),
  labels: textMap.describe("Labels of the controller's pods."),
  host: z.string().optional().describe("Host of every route that names none."),
  tls: tls.optional().describe("TLS of every route that says none."),
  annotations: textMap.optional().describe("Annotations of every Ingress."),
});

const environment = z.strictObject({
  description: description.optional(),
  profile: z
    .enum(["local", "staging", "airgap", "prod"])
    .describe("Decides the defaults; the environment's name decides nothing."),
  namespaces: recordOf(dnsLabel, dnsLabel).optional().describe("The registry's namespace → this environment's."),
  registry: dnsLabel.optional().describe("One of `registries`."),
  imagePins: z.enum(["tag", "digest"]).optional().describe("digest in profiles airgap and prod, tag elsewhere."),
  ingress: ingress.optional().describe("The controller behind this environment's routes."),
  monitoring: z
    .strictObject({
      namespace: dnsLabel.describe("Where the scraper runs."),
      labels: textMap.describe("Labels of the scraper's pods."),
    })
    .optional()
    .describe("Who may read metrics ports."),
  storageClasses: textMap.optional().describe("Logical name → this environment's."),
  mocks: z
    .union([z.literal("gpu"), z.array(dnsLabel)], { error: 'must be "gpu" or a list of services' })
    .optional()
    .describe('"gpu": every service with a gpu; or the names.'),
  secrets: recordOf(dnsSubdomain, z.strictObject({ from: secretSource }))
    .optional()
    .describe("Laid over `from` of the secrets of these names."),
  overrides: servicePatch.optional().describe("A partial service laid over every service."),
  closedWorld: z
    .strictObject({
      domains: z.array(z.string()).optional().describe("Domains; what is below one is meant too."),
      cidrs: z.array(z.string()).optional().describe("Networks, such as 10.0.0.0/8."),
    })
    .optional()
    .describe("Hosts and networks that an air-gapped environment may name; the cluster's own always."),
  apiGroups: z
    .array(z.string())
    .optional()
    .describe("API groups of custom resources that the cluster serves, beyond Kubernetes' own."),
  cluster: z
    .strictObject({
      allowedContexts: z
        .array(z.string())
        .optional()
        .describe("kubectl contexts that may be touched although nothing proves them local."),
    })
    .optional()
    .describe("Settings of the dev loop's cluster."),
  exceptions: z.array(exception).optional().describe("Checks that are answered for every service here."),
});

export const registrySchema = z.strictObject({
  $schema: z.string().optional().describe("Where editors find the JSON Schema."),
  name: dnsLabel.describe("The platform's name: label app.kubernetes.io/part-of."),
  description: description.optional(),
  owner: z.string().optional().describe("Label `owner` of every workload."),
  defaults: servicePatch.optional().describe("A partial service under every service."),
  namespaces: recordOf(dnsLabel, namespace).describe("Namespaces, by the name that the registry uses."),
  environments: recordOf(dnsLabel, environment).describe("Each becomes `overlays/<name>/`."),
  registries: recordOf(dnsLabel, registry).optional().describe("Image registries, named by environments."),
  secrets: recordOf(dnsSubdomain, secret).optional().describe("Names and keys; never a value."),
  volumes: recordOf(dnsSubdomain, sharedVolume).optional().describe("Claims that several services mount."),
  services: recordOf(serviceName, service).describe("Each becomes `k8s/<name>/`."),
});

export type Registry = z.output<typeof registrySchema>;
export type Environment = Registry["environments"][string];
export type Ingress = NonNullable<Environment["ingress"]>;
export type Profile = Environment["profile"];

/** The JSON Schema that editors read: `"$schema": "./tools/registry/services.schema.json"`. */
export function jsonSchema(): object {
  return {
    title: "Slipway services.json",
    ...z.toJSONSchema(registrySchema, { io: "input", target: "draft-7", reused: "ref" }),
  };
}
