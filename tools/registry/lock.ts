import { z } from "zod";
import { UserError } from "../lib/errors.ts";
import { issueFindings } from "./issues.ts";
import { readSource } from "./source.ts";

const schema = z.record(
  z.string(),
  z.strictObject({
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be a sha256 digest"),
    platforms: z.array(z.string()).optional(),
    source: z.string().optional(),
  }),
);

/** `images.lock.json`: image reference, as the registry writes it → the digest that it meant when it was locked. */
export type ImagesLock = z.output<typeof schema>;

/** An absent lock pins nothing. Throws a `UserError` with every problem. */
export function parseLock(text: string | null, file: string): ImagesLock {
  if (text === null) return {};
  const { source, findings, readable } = readSource(text, file);
  if (!readable) throw new UserError(findings);
  const result = schema.safeParse(source.value);
  if (result.success && findings.length === 0) return result.data;
  throw new UserError([
    ...findings,
    ...(result.success ? [] : issueFindings(schema, result.error.issues, source, source.value)),
  ]);
}
