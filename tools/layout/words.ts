import type { Model } from "../model/model.ts";
import { notedElements } from "../render/notes.ts";
import type { Placed } from "../render/render.ts";
import { generatedFile } from "./generated.ts";
import type { Kustomization } from "./kustomization.ts";

// Where the registry's descriptions stand as comments. kustomize loses them: they are for who reads the files.

/** An object's file: its own words at the top, those about its containers and volumes above each. */
export function objectFile({ object, pointer, description, notes }: Placed): string {
  return generatedFile(pointer, [object], description, notedElements(object, notes));
}

/** Of the platform, of the environment, and of where its images come from. */
export function environmentWords({ description, settings, registryHost, registryDescription }: Model): string[] {
  const words = [description, settings?.description ?? null];
  const images = registryDescription === null ? null : `Images from ${registryHost}: ${registryDescription}`;
  return [...words, images].filter((line) => line !== null);
}

/** What the registry says of objects in an environment and not in their base: above the patch, or at the top where there is none. */
export function changedWords(
  base: readonly Placed[],
  own: readonly Placed[],
  patches: NonNullable<Kustomization["patches"]>,
): { readonly description: string | null; readonly notes: ReadonlyMap<unknown, string> } {
  const notes = new Map<unknown, string>();
  const unpatched: string[] = [];
  for (const before of base) {
    const { kind, metadata } = before.object;
    const after = own.find(({ object }) => object.kind === kind && object.metadata.name === metadata.name);
    const words = after ? newWords(before, after) : [];
    const patch = patches.find(({ target }) => target.kind === kind && target.name === metadata.name);
    if (words.length > 0 && patch) notes.set(patch, words.join("\n"));
    else unpatched.push(...words);
  }
  return { description: unpatched.length === 0 ? null : [...new Set(unpatched)].join("\n"), notes };
}

function newWords(before: Placed, after: Placed): string[] {
  const known = new Set(wordsOf(before));
  return wordsOf(after).filter((line) => !known.has(line));
}

function wordsOf({ description, notes }: Placed): string[] {
  return [
    ...(description?.split("\n") ?? []),
    ...notes.flatMap(({ list, name, text }) => `${list}/${name}: ${text}`.split("\n")),
  ];
}
