import { z } from "zod";
import { namespaceAccount } from "./account.ts";
import { accessModes, dataKey, description, dnsLabel, dnsSubdomain, quantity, recordOf, textMap } from "./names.ts";

// What belongs to the platform as a whole.

export const namespace = z.strictObject({
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
  serviceAccounts: recordOf(dnsLabel, namespaceAccount)
    .optional()
    .describe("Accounts that belong to no service, by name."),
});

export const secretSource = z
  .enum(["existing", "generated", "externalSecret", "envFile"])
  .describe(
    "existing: made by whoever runs the cluster. generated: made once by `npm run secrets`. externalSecret: by the External Secrets operator. envFile: by `npm run secrets` from a file.",
  );

export const secretStore = z
  .strictObject({
    name: dnsSubdomain.describe("Its name."),
    kind: z.enum(["ClusterSecretStore", "SecretStore"]).optional().describe("ClusterSecretStore by default."),
  })
  .describe("A store of the External Secrets operator.");

export const secret = z.strictObject({
  description: description.optional(),
  type: z.string().optional().describe("Opaque by default."),
  from: secretSource.optional().describe("How it comes to exist; the environment decides by default."),
  envFile: z.string().optional().describe("Git-ignored file of NAME=value lines beside services.json, for envFile."),
  externalSecret: z
    .strictObject({
      store: secretStore.optional().describe("The environment's by default."),
      refreshInterval: z.string().optional().describe("1h by default."),
    })
    .optional()
    .describe("Settings for externalSecret."),
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
      remote: z
        .strictObject({
          key: z.string().optional().describe("Name in the store; the Secret's by default."),
          property: z.string().optional().describe("Field there; the key's name by default."),
        })
        .optional()
        .describe("Where the store keeps it, for externalSecret."),
    }),
  ).describe("Keys that the Secret has."),
});

const claim = z.strictObject({
  size: quantity.describe("Requested size."),
  storageClassName: z.string().optional().describe("Logical name; environments map it by storageClasses."),
  accessModes: accessModes.optional(),
});

export const sharedVolume = claim.extend({
  description: description.optional(),
  namespace: dnsLabel.optional().describe("One of `namespaces`; the only one by default."),
  environments: recordOf(dnsLabel, claim.partial())
    .optional()
    .describe("Per environment: what is different there, such as the size on a laptop."),
});

export const imageRegistry = z
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

export const storageClass = z
  .strictObject({
    description: description.optional(),
    provisioner: z.string().describe("Such as ebs.csi.aws.com."),
    parameters: textMap.optional().describe("Of the provisioner."),
    reclaimPolicy: z.enum(["Delete", "Retain"]).optional().describe("Delete by default."),
    volumeBindingMode: z
      .enum(["Immediate", "WaitForFirstConsumer"])
      .optional()
      .describe("WaitForFirstConsumer by default."),
    allowVolumeExpansion: z.boolean().optional().describe("true by default."),
    default: z.boolean().optional().describe("Of claims that name no class; false by default."),
  })
  .describe("A StorageClass.");

export const priorityClass = z
  .strictObject({
    description: description.optional(),
    value: z.int().max(1_000_000_000).describe("Higher ones go first."),
    globalDefault: z.boolean().optional().describe("Of pods that name no class; false by default."),
    preemptionPolicy: z.enum(["PreemptLowerPriority", "Never"]).optional().describe("PreemptLowerPriority by default."),
  })
  .describe("A PriorityClass.");

export const manifests = z
  .strictObject({
    description: description.optional(),
    files: z
      .array(z.string())
      .min(1)
      .describe("YAML files beside services.json: a chart rendered whole, CRDs, an operator."),
    namespace: dnsLabel.optional().describe("Of objects that name none; one of `namespaces`."),
    environments: z.array(dnsLabel).optional().describe("Every environment by default."),
  })
  .describe("Vendored objects, applied as they are but for the registry of their images.");

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal")
  .optional()
  .describe("Of its bytes.");

export const mirror = z
  .strictObject({
    images: z
      .array(z.string())
      .optional()
      .describe("Images that no service names, such as those of the cluster itself."),
    charts: recordOf(
      dnsSubdomain,
      z.strictObject({
        description: description.optional(),
        repository: z.string().describe("Where it comes from."),
        version: z.string().describe("Which one."),
        sha256,
      }),
    )
      .optional()
      .describe("Helm charts, by name."),
    packages: recordOf(
      dnsSubdomain,
      z.strictObject({
        description: description.optional(),
        type: z.enum(["apt", "pypi", "npm", "rpm", "go", "maven"]).describe("What kind of repository."),
        repository: z.string().describe("Where they come from."),
        names: z.array(z.string()).min(1).describe("Names, with a version where one is pinned."),
      }),
    )
      .optional()
      .describe("Packages, by the name of their repository in the enclave."),
    files: recordOf(
      dnsSubdomain,
      z.strictObject({
        description: description.optional(),
        url: z.string().describe("Where it comes from."),
        sha256,
        destination: z.string().describe("Where it goes."),
      }),
    )
      .optional()
      .describe("Installers and archives, by name."),
    models: recordOf(
      dnsSubdomain,
      z.strictObject({
        description: description.optional(),
        source: z.string().describe("Where its weights come from."),
        revision: z.string().optional().describe("Commit or version."),
        sha256,
        destination: z.string().describe("Volume or path that takes them."),
      }),
    )
      .optional()
      .describe("Model weights, by name."),
  })
  .describe("What must be brought into an air gap besides the images of the services.");
