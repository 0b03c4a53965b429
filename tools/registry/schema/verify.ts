import { z } from "zod";
import { description, dnsLabel, ownPort, urlPath } from "./names.ts";

const status = z.int().optional().describe("200 by default.");
const contains = z.string().optional().describe("What the answer must hold.");

export const verifyCheck = z
  .strictObject({
    description: description.optional(),
    http: z
      .strictObject({ port: ownPort, path: urlPath.describe("Asked for with GET."), status, contains })
      .optional()
      .describe("Asks over HTTP."),
    route: z
      .strictObject({
        name: dnsLabel.describe("One of the service's routes."),
        path: urlPath.optional().describe("Appended to the route's path."),
        status,
        contains,
      })
      .optional()
      .describe("Asks through the ingress controller, as a client from outside would."),
    tcp: z.strictObject({ port: ownPort }).optional().describe("Asks whether a port accepts."),
    exec: z
      .strictObject({
        command: z.array(z.string()).min(1).describe("Program and arguments, run in one of its pods."),
        contains: z.string().optional().describe("What its output must hold."),
      })
      .optional()
      .describe("Asks a program."),
  })
  .describe("A check of the running thing, done by `npm run verify`.");
