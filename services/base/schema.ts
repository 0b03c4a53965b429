import { Type } from "@fastify/type-provider-typebox";
import type { Static, TSchema } from "@fastify/type-provider-typebox";
import { Check } from "typebox/value";

export { Type };
export type { Static, TSchema as Schema };

/**
 * A text that says something. PostgreSQL keeps neither the character 0 nor half a character
 * (a lone surrogate), so what holds one is refused here, as a wrong request, and not there.
 */
export const text = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: "^(?=\\s*\\S)[^\\0\\ud800-\\udfff]*$" });

/** An id that PostgreSQL counted up; in a path, where it is converted, and in a body. */
export const serial = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const uuid = Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" });

/** `?limit=`: how many of a list. */
export const limitUpTo = (maximum: number) =>
  Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum })) });

/** JSON that a model wrote; undefined when it is none, or not of this schema. */
export function parsed<Schema extends TSchema>(schema: Schema, json: string): Static<Schema> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Check(schema, value) ? (value as Static<Schema>) : undefined;
  } catch {
    return undefined;
  }
}
