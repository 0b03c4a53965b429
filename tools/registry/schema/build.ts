import { z } from "zod";
import { textMap } from "./names.ts";

const secretSource = z
  .union([
    z.strictObject({ file: z.string().min(1).describe("Relative to services.json; keep it out of git.") }),
    z.strictObject({
      environment: z
        .string()
        .regex(/^[A-Za-z_]\w*$/, "must be the name of a variable")
        .describe("Variable of the shell in which the loop runs."),
    }),
  ])
  .describe("Where the value of a build secret is.");

export const build = z
  .strictObject({
    context: z.string().describe("Folder, relative to services.json."),
    dockerfile: z.string().optional().describe("Relative to the context; Dockerfile by default."),
    target: z.string().optional().describe("Stage of the Dockerfile; the last by default."),
    args: textMap.optional().describe("Build arguments: `ARG` of the Dockerfile."),
    additionalContexts: z
      .record(z.string(), z.string().regex(/^service:[a-z0-9-]+$/, "must be `service:<name>`"))
      .optional()
      .describe("Named contexts: `FROM <name>` is the image of that service, which is built first."),
    secrets: z
      .record(z.string(), secretSource)
      .optional()
      .describe(
        "By id: what `RUN --mount=type=secret,id=…` may read while it builds. Never part of the image or its tag.",
      ),
    ssh: z
      .array(z.string().regex(/^[\w.-]+$/, "must be an id such as `default`"))
      .optional()
      .describe("Ids for `RUN --mount=type=ssh`: the SSH agent of whoever builds. `default` is the id without a name."),
    platforms: z
      .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, "must be such as `linux/amd64`"))
      .optional()
      .describe("What it can be built for; the loop builds for the cluster's nodes. Any by default."),
    cacheFrom: z.array(z.string()).optional().describe("Images in a registry whose layers may be used."),
  })
  .describe("How the image is built; Compose's words.");
