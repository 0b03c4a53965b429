import { z } from "zod";
import { absolutePath, envName, portName, recordOf, template } from "./names.ts";

const patterns = z.array(z.string().min(1)).min(1);

/** https://docs.docker.com/reference/compose-file/develop/#watch */
const watchRule = z
  .strictObject({
    action: z
      .enum(["sync", "sync+restart", "sync+exec", "rebuild", "restart"])
      .describe(
        "What is done: copied, copied and started again, copied and a command run, built, or replaced by a new pod.",
      ),
    path: z.string().min(1).describe("File or folder, relative to services.json."),
    target: absolutePath.optional().describe("Where it belongs in the container; for the three that copy."),
    include: patterns
      .optional()
      .describe("Only these, relative to `path`, in the patterns of .dockerignore; all of them by default."),
    ignore: patterns.optional().describe("Not these, relative to `path`, in the patterns of .dockerignore."),
    initialSync: z.boolean().optional().describe("Everything is copied when a container starts; false by default."),
    exec: z
      .strictObject({
        command: z.array(z.string()).min(1).describe("Program and arguments; no shell."),
        workingDir: absolutePath.optional().describe("Folder in which it runs; the container's by default."),
      })
      .optional()
      .describe("What sync+exec runs in each container once the files are there."),
  })
  .describe("What a changed file means; the first rule that is about it counts.");

export const develop = z
  .strictObject({
    portForward: recordOf(portName, z.int().min(1).max(65535)).optional().describe("Port name → port of this machine."),
    watch: z
      .array(watchRule)
      .optional()
      .describe("What is copied into running containers instead of building an image; Compose's words."),
    command: z
      .array(template)
      .min(1)
      .optional()
      .describe("What runs in environments of the profile local, in place of `command` and `args`."),
    env: recordOf(envName, template)
      .optional()
      .describe("Variables in environments of the profile local, laid over `env`."),
  })
  .describe("The dev loop's settings.");

export type WatchEntry = z.output<typeof watchRule>;
