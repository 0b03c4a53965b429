import { z } from "zod";
import { dataKey, dnsSubdomain, template } from "./names.ts";

// Where the values of variables and files come from.

const secret = dnsSubdomain.describe("One of the top-level `secrets`.");
const config = dnsSubdomain.describe("The config of a service: `config.name`, or the service's name.");
const key = dataKey.describe("One of its keys.");
const prefix = z.string().optional().describe("Put before the name of each variable.");

const secretKey = z.strictObject({ secret, key });
const configKey = z.strictObject({ config, key });

export const envValue = z
  .union(
    [
      template,
      secretKey,
      configKey,
      z.strictObject({ field: z.string().describe("A field of the pod, such as metadata.name.") }),
      z.strictObject({ resource: z.string().describe("A resource of the container, such as limits.memory.") }),
    ],
    { error: "must be text, {secret, key}, {config, key}, {field} or {resource}" },
  )
  .describe(
    "Text (`${services.<name>.host|port|url}` is resolved at generation, `$(VAR)` by Kubernetes), or where the value comes from.",
  );

export const envFromEntry = z.union([z.strictObject({ secret, prefix }), z.strictObject({ config, prefix })], {
  error: "must be {secret} or {config}",
});

const mode = z
  .string()
  .regex(/^0[0-7]{3}$/, 'must be an octal file mode as text, such as "0440"')
  .optional()
  .describe("Octal mode as text; 0444 by default, 0440 for keys of Secrets.");

export const mountedFile = z
  .union(
    [
      z.strictObject({ source: z.string().describe("A file beside services.json."), mode }),
      z.strictObject({ content: template.describe("Its text; references are resolved."), mode }),
      secretKey.extend({ mode }),
      configKey.extend({ mode }),
    ],
    { error: "must be {source}, {content}, {secret, key} or {config, key}" },
  )
  .describe("A file in the container; nothing else of its folder is hidden.");
