import { z } from "zod";

export const exception = z
  .strictObject({
    check: z
      .string()
      .describe(
        "Code of the check, as `npm run check` prints it; for a linter's, `checkov/CKV_K8S_43` (docs/linters.md).",
      ),
    object: z
      .string()
      .optional()
      .describe("`Kind/name`, or the path of a file such as `services/core/Dockerfile`; every one by default."),
    environments: z.array(z.string()).optional().describe("Every environment by default."),
    reason: z.string().min(10, "must say why, in at least ten characters").describe("Shown by `npm run check`."),
    expires: z.iso.date("must be a date such as 2030-01-31").optional().describe("Last day on which it holds."),
  })
  .describe("Answers one check with a reason. One that answers nothing is an error.");

export type Exception = z.output<typeof exception>;
