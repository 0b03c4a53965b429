import { z } from "zod";

/** The keys that an object at `path` may have, or none when the schema allows any name there. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<readonly z.ZodType[]>(
    (schemas, step) => schemas.flatMap((one) => childrenOf(one, step)),
    [schema],
  );
  return [...new Set(found.flatMap(keysOf))];
}

function childrenOf(schema: z.ZodType, step: PropertyKey): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return childrenOf(schema.unwrap() as z.ZodType, step);
  if (schema instanceof z.ZodUnion)
    return (schema.options as z.ZodType[]).flatMap((option) => childrenOf(option, step));
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  const field = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>)[String(step)] : undefined;
  return field ? [field] : [];
}

function keysOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return keysOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(keysOf);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape as object) : [];
}
