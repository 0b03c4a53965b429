import { z } from "zod";

// Zod's schemas as a person would name their parts. What is optional, nullable, has a default or is made from something
// else is looked through: the reference is about what is written.

/** The schema that says what is written, without the wrappers around it. */
export function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return bare(schema.in as z.ZodType);
  // Not `unwrap()`, which makes a new schema each time: what holds itself would never be met again.
  if (schema instanceof z.ZodLazy) return bare(schema._zod.innerType as z.ZodType);
  return isWrapper(schema) ? bare(schema.unwrap() as z.ZodType) : schema;
}

/** The outermost description: a field's own words before those of what it holds. */
export function descriptionOf(schema: z.ZodType): string | null {
  if (schema.description !== undefined) return schema.description;
  if (schema instanceof z.ZodPipe) return descriptionOf(schema.in as z.ZodType);
  return isWrapper(schema) ? descriptionOf(schema.unwrap() as z.ZodType) : null;
}

/** Whether a field may be left out. */
export function mayBeAbsent(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}

export function fieldsOf(schema: z.ZodObject): [string, z.ZodType][] {
  return Object.entries(schema.shape as Record<string, z.ZodType>);
}

/** A layer over another object: every field may be left out, and may be `null`, which removes. */
export function isLayer(schema: z.ZodObject): boolean {
  const fields = fieldsOf(schema);
  return fields.length > 0 && fields.every(([, field]) => isRemovable(field));
}

/** Every object that is no layer, with the path of each place where it stands, outermost first. */
export function objectsIn(root: z.ZodType): { readonly schema: z.ZodObject; readonly paths: readonly string[] }[] {
  const found = new Map<z.ZodObject["def"], { readonly schema: z.ZodObject; readonly paths: string[] }>();
  visit(root, "", (schema, path) => {
    if (isLayer(schema)) return false;
    // A description makes a new schema of the same definition.
    const known = found.get(schema.def);
    if (known) known.paths.push(path);
    else found.set(schema.def, { schema, paths: [path] });
    return known === undefined;
  });
  return [...found.values()];
}

/** Every layer, with its path. */
export function layersIn(root: z.ZodType): { readonly schema: z.ZodObject; readonly path: string }[] {
  const found: { schema: z.ZodObject; path: string }[] = [];
  const seen = new Set<unknown>();
  visit(root, "", (schema, path) => {
    if (isLayer(schema)) found.push({ schema, path });
    const isEntered = !isLayer(schema) && !seen.has(schema.def);
    seen.add(schema.def);
    return isEntered;
  });
  return found;
}

/** The path of every object, in the order in which the fields are written down. */
export function pathsInOrder(schema: z.ZodType, path = "", around: Around = new Set()): string[] {
  const one = bare(schema);
  const isObject = one instanceof z.ZodObject;
  if (around.has(one.def) || (isObject && isLayer(one))) return [];
  const inside = childrenOf(one, path).flatMap(([child, at]) => pathsInOrder(child, at, new Set([...around, one.def])));
  return isObject ? [path, ...inside] : inside;
}

/** Definitions on the way to a schema: one that is among them holds itself. */
export type Around = ReadonlySet<unknown>;

/** What is directly inside of a schema, with its path. */
export function childrenOf(schema: z.ZodType, path: string): [z.ZodType, string][] {
  if (schema instanceof z.ZodObject)
    return fieldsOf(schema).map(([name, field]) => [bare(field), path === "" ? name : `${path}.${name}`]);
  if (schema instanceof z.ZodRecord) return [[bare(schema.valueType as z.ZodType), `${path}.<name>`]];
  if (schema instanceof z.ZodArray) return [[bare(schema.element as z.ZodType), `${path}[]`]];
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).map((option) => [bare(option), path]);
  return [];
}

/** Level by level, so that the first place of an object is the outermost; `enter` says whether to look inside of it. */
function visit(root: z.ZodType, at: string, enter: (schema: z.ZodObject, path: string) => boolean): void {
  let level: [schema: z.ZodType, path: string, around: Around][] = [[bare(root), at, new Set()]];
  while (level.length > 0)
    level = level.flatMap(([schema, path, around]) => {
      const isEntered = schema instanceof z.ZodObject ? enter(schema, path) : !around.has(schema.def);
      const inside = new Set([...around, schema.def]);
      return isEntered
        ? childrenOf(schema, path).map(([child, below]): (typeof level)[0] => [child, below, inside])
        : [];
    });
}

function isRemovable(field: z.ZodType): boolean {
  return field instanceof z.ZodOptional && field.unwrap() instanceof z.ZodNullable;
}

type Wrapper = z.ZodOptional | z.ZodNullable | z.ZodDefault | z.ZodReadonly;

function isWrapper(schema: z.ZodType): schema is Wrapper {
  return [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodReadonly].some((one) => schema instanceof one);
}
