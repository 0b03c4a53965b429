import { z } from "zod";

/** DNS-1123 label: every name of ours becomes a Kubernetes name. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be a DNS-1123 label: lower-case letters, digits and '-', beginning and ending with a letter or digit",
  )
  .max(63, "must be at most 63 characters");

/** DNS-1035 label: what the API wants of a Service's name. */
export const serviceName = dnsLabel.regex(/^[a-z]/, "must begin with a letter");

/** Port names: IANA_SVC_NAME, which the API limits to 15 characters. */
export const portName = dnsLabel
  .max(15, "must be at most 15 characters, being the name of a port")
  .regex(/[a-z]/, "must contain a letter, being the name of a port");

export const dnsSubdomain = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be a DNS-1123 subdomain: lower-case letters, digits, '-' and '.'")
  .max(253, "must be at most 253 characters");

export const envName = z
  .string()
  .regex(
    /^[-._a-zA-Z][-._a-zA-Z0-9]*$/,
    "must be a variable name: letters, digits, '_', '-' and '.', not beginning with a digit",
  );

/** Keys of ConfigMaps and Secrets. */
export const dataKey = z
  .string()
  .regex(/^(?!\.\.|\.$)[-._a-zA-Z0-9]+$/, "must be a key of letters, digits, '_', '-' and '.', not beginning with '..'")
  .max(253, "must be at most 253 characters");

export const absolutePath = z.string().regex(/^\/[^:]*$/, "must be an absolute path");

export const quantity = z
  .string()
  .regex(
    /^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/,
    'must be a Kubernetes quantity as text, such as "250m" or "512Mi"',
  );

export const intOrPercent = z.union([z.int().min(0), z.string().regex(/^[0-9]+%$/)], {
  error: 'must be a whole number or a percentage such as "25%"',
});

/** Text which may hold `${services.<name>.host}` and the like. */
export const template = z.string();

export const textMap = z.record(z.string(), z.string());

export const description = z.string().describe("What this is for; becomes a comment in the output.");

/** A record whose keys are checked; the message names the key. */
export function recordOf<T extends z.ZodType>(key: z.ZodType<string, string>, value: T) {
  return z.record(key as z.ZodString, value);
}

/** IPv4 or IPv6 address, as EndpointSlices and hostAliases want it. */
export const ipAddress = z.union([z.ipv4(), z.ipv6()], { error: "must be an IPv4 or IPv6 address" });

/** A network in CIDR notation. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'must be a network such as "10.0.0.0/8"' });

/** A path that begins with a slash, as URLs have it. */
export const urlPath = z.string().startsWith("/", "must begin with '/'");

export const accessModes = z
  .array(z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]))
  .describe("ReadWriteOnce by default.");

/** Of one of the service's ports. */
export const ownPort = portName.describe("Name of one of the service's ports.");

export const imageReference = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._/:-]*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    "must be an image reference: a name in lower case, then a tag or a sha256 digest",
  );
