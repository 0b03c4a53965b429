import { z } from "zod";

/**
 * The schema of an RFC 7396 patch of what `schema` describes: below objects everything is optional and may be `null`
 * (which removes it); unions, lists and scalars are written whole.
 */
export function patchOf<T extends z.ZodObject>(schema: T): z.ZodType<PatchOf<z.output<T>>, PatchOf<z.input<T>>> {
  return patchedObject(schema) as unknown as z.ZodType<PatchOf<z.output<T>>, PatchOf<z.input<T>>>;
}

/** `T` with every property optional and removable, all the way down. */
export type PatchOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: PatchOf<NonNullable<T[K]>> | null | undefined }
    : T;

function patchedObject(schema: z.ZodObject): z.ZodType {
  const shape = Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, field]) => [
    key,
    patched(field).nullable().optional(),
  ]);
  return described(schema, z.strictObject(Object.fromEntries(shape) as Record<string, z.ZodType>));
}

// One patch for one schema, wherever it is used: the JSON Schema then says it once and refers to it.
const known = new Map<z.ZodType, z.ZodType>();

function patched(schema: z.ZodType): z.ZodType {
  const found = known.get(schema) ?? newPatch(schema);
  known.set(schema, found);
  return found;
}

function newPatch(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return described(schema, patched(schema.unwrap() as z.ZodType));
  if (schema instanceof z.ZodObject) return patchedObject(schema);
  if (schema instanceof z.ZodRecord)
    return described(
      schema,
      z.record(schema.keyType as z.ZodString, patched(schema.valueType as z.ZodType).nullable()),
    );
  return schema;
}

function described(from: z.ZodType, to: z.ZodType): z.ZodType {
  return from.description === undefined ? to : to.describe(from.description);
}
