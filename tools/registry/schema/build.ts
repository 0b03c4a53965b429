import { z } from "zod";
import { textMap } from "./names.ts";

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
  })
  .describe("How the image is built; Compose's words.");
