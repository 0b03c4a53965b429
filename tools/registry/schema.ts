import { z } from "zod";
import { description, dnsLabel, dnsSubdomain, quantity, recordOf, textMap, dataKey } from "./schema/names.ts";
import { exception, service, servicePatch } from "./schema/service.ts";

// The one source of the registry's types, of its validation and of the editors' help. Rules that compare two places
// are in validate.ts: a JSON Schema could not say them.

const namespace = z.strictObject({
  description: description.optional(),
  labels: textMap.optional(),
  annotations: textMap.optional(),
  podSecurity: z
    .enum(["restricted", "baseline", "privileged"])
    .optional()
    .describe("Pod Security level that is enforced; restricted by default."),
  resourceQuota: z.record(z.string(), z.string()).optional().describe("`hard` of a ResourceQuota."),
  limitRange: z
    .strictObject({
      default: z.record(z.string(), quantity).optional(),
      defaultRequest: z.record(z.string(), quantity).optional(),
      max: z.record(z.string(), quantity).optional(),
      min: z.record(z.string(), quantity).optional(),
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
          length: z.int().min(8).max(256).optional(),
          alphabet: z.enum(["alphanumeric", "hex", "digits"]).optional(),
        })
        .optional(),
    }),
  ),
});

const sharedVolume = z.strictObject({
  description: description.optional(),
  namespace: dnsLabel.optional(),
  size: quantity,
  storageClassName: z.string().optional(),
  accessModes: z.array(z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"])).optional(),
});

const registry = z
  .strictObject({
    description: description.optional(),
    host: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.:/-]*[a-z0-9]$/,
        "must be a registry host, with port and path where needed, without a scheme",
      ),
    mirror: z
      .boolean()
      .optional()
      .describe("Third-party images come from here too, with their source host in the path."),
  })
  .describe("An image registry.");

const tls = z.strictObject({ secretName: dnsSubdomain });

const ingress = z.strictObject({
  controller: z.enum(["nginx", "traefik"]),
  className: z.string().optional().describe("The controller's name by default."),
  namespace: dnsLabel.describe("Where the controller runs: policies let it in."),
  labels: textMap.describe("Labels of the controller's pods."),
  host: z.string().optional().describe("Host of every route that names none."),
  tls: tls.optional(),
  annotations: textMap.optional(),
});

const environment = z.strictObject({
  description: description.optional(),
  profile: z
    .enum(["local", "staging", "airgap", "prod"])
    .describe("Decides the defaults; the environment's name decides nothing."),
  namespaces: recordOf(dnsLabel, dnsLabel).optional().describe("The registry's namespace → this environment's."),
  registry: dnsLabel.optional().describe("One of `registries`."),
  imagePins: z.enum(["tag", "digest"]).optional().describe("digest in profiles airgap and prod, tag elsewhere."),
  ingress: ingress.optional(),
  monitoring: z
    .strictObject({ namespace: dnsLabel, labels: textMap })
    .optional()
    .describe("Who may read metrics ports."),
  storageClasses: textMap.optional().describe("Logical name → this environment's."),
  mocks: z
    .union([z.literal("gpu"), z.array(dnsLabel)], { error: 'must be "gpu" or a list of services' })
    .optional()
    .describe('"gpu": every service with a gpu; or the names.'),
  secrets: recordOf(dnsSubdomain, z.strictObject({ from: secretSource })).optional(),
  overrides: servicePatch.optional().describe("A partial service laid over every service."),
  cluster: z
    .strictObject({
      allowedContexts: z
        .array(z.string())
        .optional()
        .describe("kubectl contexts that may be touched although nothing proves them local."),
    })
    .optional(),
  exceptions: z.array(exception).optional(),
});

export const registrySchema = z.strictObject({
  $schema: z.string().optional(),
  name: dnsLabel.describe("The platform's name: label app.kubernetes.io/part-of."),
  description: description.optional(),
  owner: z.string().optional().describe("Label `owner` of every workload."),
  defaults: servicePatch.optional().describe("A partial service under every service."),
  namespaces: recordOf(dnsLabel, namespace),
  environments: recordOf(dnsLabel, environment),
  registries: recordOf(dnsLabel, registry).optional(),
  secrets: recordOf(dnsSubdomain, secret).optional().describe("Names and keys; never a value."),
  volumes: recordOf(dnsSubdomain, sharedVolume).optional().describe("Claims that several services mount."),
  services: recordOf(dnsLabel, service),
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
