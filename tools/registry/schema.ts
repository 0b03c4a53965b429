import { z } from "zod";
import { environment } from "./schema/environment.ts";
import { description, dnsLabel, dnsSubdomain, recordOf, serviceName } from "./schema/names.ts";
import {
  imageRegistry,
  manifests,
  mirror,
  namespace,
  priorityClass,
  secret,
  sharedVolume,
  storageClass,
} from "./schema/platform.ts";
import { service, servicePatch } from "./schema/service.ts";

// The one source of the registry's types, of its validation and of the editors' help. Rules that compare two places
// are in validate.ts: a JSON Schema could not say them.

export const registrySchema = z.strictObject({
  $schema: z.string().optional().describe("Where editors find the JSON Schema."),
  name: dnsLabel.describe("The platform's name: label app.kubernetes.io/part-of."),
  description: description.optional(),
  owner: z.string().optional().describe("Label `owner` of every workload."),
  defaults: servicePatch.optional().describe("A partial service under every service."),
  namespaces: recordOf(dnsLabel, namespace).describe("Namespaces, by the name that the registry uses."),
  environments: recordOf(dnsLabel, environment).describe("Each becomes `overlays/<name>/`."),
  registries: recordOf(dnsLabel, imageRegistry).optional().describe("Image registries, named by environments."),
  secrets: recordOf(dnsSubdomain, secret).optional().describe("Names and keys; never a value."),
  volumes: recordOf(dnsSubdomain, sharedVolume).optional().describe("Claims that several services mount."),
  storageClasses: recordOf(dnsSubdomain, storageClass)
    .optional()
    .describe("Classes that the platform brings, by name."),
  priorityClasses: recordOf(dnsSubdomain, priorityClass)
    .optional()
    .describe("Classes that the platform brings, by name."),
  manifests: recordOf(serviceName, manifests).optional().describe("Vendored YAML, by name."),
  mirror: mirror.optional(),
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
