import type { IncomingMessage } from "node:http";
import { readBytes } from "./body.ts";
import { invalidRequest } from "./errors.ts";
import type { ApiError } from "./errors.ts";

export interface Upload {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, { readonly name: string; readonly bytes: Buffer }>>;
}

/** A body of `multipart/form-data`. Node reads it itself (`Response.formData`), so no package has to. */
export async function readForm(request: IncomingMessage, limitBytes: number, refusal: ApiError): Promise<Upload> {
  const bytes = await readBytes(request, limitBytes, refusal);
  const headers = { "content-type": request.headers["content-type"] ?? "" };
  const form = await new Response(bytes, { headers }).formData().catch(() => {
    throw invalidRequest("1 validation error:\n  There was an error parsing the body");
  });
  const fields: Record<string, string[]> = {};
  const files: Record<string, { name: string; bytes: Buffer }> = {};
  for (const [name, value] of form) {
    if (typeof value === "string") (fields[name] ??= []).push(value);
    else files[name] = { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) };
  }
  return { fields, files };
}
