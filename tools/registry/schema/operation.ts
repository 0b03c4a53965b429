import { z } from "zod";
import { description, dnsSubdomain } from "./names.ts";

const pointer = z.string().regex(/^(\/.*)?$/, "must be a JSON pointer: it begins with '/'");

export const patch = z
  .strictObject({
    description: description.optional(),
    kind: z.string().describe("Kind of the object."),
    name: dnsSubdomain.optional().describe("Its name; the only one of that kind by default."),
    operations: z
      .array(
        z.strictObject({
          op: z.enum(["add", "remove", "replace", "move", "copy", "test"]).describe("What to do."),
          path: pointer.describe("Where: a JSON pointer into the object."),
          from: pointer.optional().describe("From where, for move and copy."),
          value: z.unknown().optional().describe("For add, replace and test."),
        }),
      )
      .min(1)
      .describe("RFC 6902."),
  })
  .describe("Changes what is generated. One that finds nothing to change is an error.");
