import { z } from "zod";
import { byCodePoint } from "../../lib/merge.ts";
import { formatsIn, typeWords } from "./type-words.ts";
import {
  type Around,
  bare,
  childrenOf,
  descriptionOf,
  fieldsOf,
  isLayer,
  layersIn,
  mayBeAbsent,
  objectsIn,
  pathsInOrder,
} from "./walk.ts";

/** Every object of a schema as a person reads it; what is inside of an object follows it. */
export interface Reference {
  readonly sections: readonly Section[];
  /** Rules that types only name. */
  readonly formats: ReadonlyMap<string, string>;
  /** Paths of fields that say nothing about themselves, and of layers over objects that stand nowhere. */
  readonly undescribed: readonly string[];
}

export interface Section {
  /** `services.<name>.ports.<name>`; empty for the file itself. */
  readonly path: string;
  /** In how many sections it is. */
  readonly depth: number;
  /** Further places of the same object. */
  readonly alsoAt: readonly string[];
  readonly description: string | null;
  /** One, or the objects of a union: one of them is written. */
  readonly alternatives: readonly (readonly Field[])[];
  /** Where a part of it may stand, each field optional. */
  readonly layers: readonly Layer[];
}

export interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  /** Markdown. */
  readonly type: string;
  readonly description: string;
}

export interface Layer {
  readonly path: string;
  /** Fields of the object that may not stand there. */
  readonly without: readonly string[];
}

interface Described {
  readonly schema: z.ZodObject;
  readonly paths: readonly string[];
}

export function referenceOf(root: z.ZodType): Reference {
  const objects = objectsIn(root);
  const layers = layersIn(root);
  const firsts = new Set(objects.map(({ paths: [path] }) => path));
  const paths = [...new Set(pathsInOrder(root))].filter((path) => firsts.has(path));
  const sections = nested(paths).map(({ path, depth }): Section => {
    const alternatives = objects.filter((object) => object.paths[0] === path);
    return {
      path,
      depth,
      alsoAt: [...new Set(alternatives.flatMap((object) => object.paths.slice(1)))],
      description: alternatives.length === 1 ? descriptionOf(alternatives[0]?.schema ?? root) : null,
      alternatives: alternatives.map(({ schema }) => fieldsOf(schema).map((field) => fieldOf(field, objects))),
      layers: layers.flatMap((layer) => layerOver(layer, alternatives, objects)),
    };
  });
  return {
    sections,
    formats: formatsIn(objects.flatMap(({ schema }) => scalarsIn(schema))),
    undescribed: [
      ...sections.flatMap(undescribedIn),
      ...layers.flatMap(({ schema, path }) => (baseOf(schema, objects) ? [] : [path])),
    ],
  };
}

/** The anchor that GitHub and GitLab make of a section's heading: lower case, without marks. */
export function anchorOf(path: string): string {
  return path === "" ? "the-file" : path.toLowerCase().replaceAll(/[^\w-]/g, "");
}

/** Paths in the order of reading: what is inside of another follows it. */
function nested(paths: readonly string[], inside: string | null = null, depth = 0): { path: string; depth: number }[] {
  const direct = paths.filter((path) => parentOf(path, paths) === inside);
  return direct.flatMap((path) => [{ path, depth }, ...nested(paths, path, depth + 1)]);
}

function parentOf(path: string, paths: readonly string[]): string | null {
  const around = paths.filter(
    (other) => other !== path && path.startsWith(other) && /^(?:$|[.[])/.test(path.slice(other.length)),
  );
  const longest = around.toSorted((a, b) => b.length - a.length)[0];
  return longest ?? (path !== "" && paths.includes("") ? "" : null);
}

function fieldOf([name, field]: readonly [string, z.ZodType], objects: readonly Described[]): Field {
  const linkTo = (schema: z.ZodObject): string => {
    const target = isLayer(schema) ? baseOf(schema, objects) : objects.find((one) => one.schema.def === schema.def);
    return target ? `[object](#${anchorOf(target.paths[0] ?? "")})` : "object";
  };
  return {
    name,
    isRequired: !mayBeAbsent(field),
    type: typeWords(field, linkTo),
    description: descriptionOf(field) ?? "",
  };
}

function layerOver(
  { schema, path }: { readonly schema: z.ZodObject; readonly path: string },
  over: readonly Described[],
  objects: readonly Described[],
): Layer[] {
  const base = baseOf(schema, objects);
  if (base === undefined || !over.includes(base)) return [];
  const without = Object.keys(base.schema.shape).filter((name) => !Object.hasOwn(schema.shape, name));
  return [{ path, without: without.toSorted(byCodePoint) }];
}

/** The object that has every field of a layer, described alike, and the fewest besides. */
function baseOf(layer: z.ZodObject, objects: readonly Described[]): Described | undefined {
  const candidates = objects.filter(({ schema }) => {
    const fields = new Map(fieldsOf(schema));
    return fieldsOf(layer).every(([name, field]) => {
      const original = fields.get(name);
      return original !== undefined && descriptionOf(original) === descriptionOf(field);
    });
  });
  return candidates.toSorted((a, b) => fieldsOf(a.schema).length - fieldsOf(b.schema).length)[0];
}

function undescribedIn({ path, alternatives }: Section): string[] {
  const silent = alternatives.flat().filter(({ description }) => description === "");
  return silent.map(({ name }) => (path === "" ? name : `${path}.${name}`));
}

/** Texts and the like in an object's own fields, and the names of its maps. */
function scalarsIn(schema: z.ZodType, around: Around = new Set()): z.ZodType[] {
  return childrenOf(schema, "").flatMap(([child]): z.ZodType[] => {
    if (child instanceof z.ZodObject || around.has(child.def)) return [];
    const keys = child instanceof z.ZodRecord ? [bare(child.keyType as z.ZodType)] : [];
    return [child, ...keys, ...scalarsIn(child, new Set([...around, child.def]))];
  });
}
