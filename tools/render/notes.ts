import type { ServiceModel } from "../model/service.ts";
import { type KubeObject, podTemplate } from "./object.ts";

/** The registry's words about an element of one of an object's lists. */
export interface Note {
  readonly list: "initContainers" | "containers" | "volumes" | "volumeClaimTemplates";
  /** Of the element. */
  readonly name: string;
  readonly text: string;
}

/** About a service's containers and volumes; a claim of its own has a file, which says it. */
export function podNotes(service: ServiceModel): Note[] {
  const { extra, jobs } = service;
  const migrations = jobs.filter((job) => job.as === "initContainer").map(({ container }) => container);
  return [
    ...notesOf("initContainers", [...extra.before, ...migrations]),
    ...notesOf("containers", extra.beside),
    ...volumeNotes(service),
  ];
}

export function volumeNotes({ volumes }: ServiceModel): Note[] {
  const ofPods = volumes.filter(({ source }) => source.type !== "claim" && source.type !== "claimTemplate");
  const templates = volumes.flatMap(({ source, description }) =>
    source.type === "claimTemplate" ? [{ name: source.claimName, description }] : [],
  );
  return [...notesOf("volumes", ofPods), ...notesOf("volumeClaimTemplates", templates)];
}

/** Elements of an object that notes are about, with the words. A patch of the registry's own may have taken one away. */
export function notedElements(object: KubeObject, notes: readonly Note[]): Map<unknown, string> {
  return new Map(
    notes.flatMap(({ list, name, text }) => {
      const element = elementsOf(object, list).find((one) => (one.metadata?.name ?? one.name) === name);
      return element === undefined ? [] : [[element, text]];
    }),
  );
}

interface Named {
  readonly name?: string;
  readonly metadata?: { readonly name?: string };
}

function elementsOf(object: KubeObject, list: Note["list"]): readonly Named[] {
  const spec = list === "volumeClaimTemplates" ? object["spec"] : podTemplate(object)?.spec;
  return ((spec as Readonly<Record<string, unknown>> | undefined)?.[list] ?? []) as readonly Named[];
}

function notesOf(
  list: Note["list"],
  elements: readonly { readonly name: string; readonly description: string | null }[],
): Note[] {
  return elements.flatMap(({ name, description: text }) => (text === null ? [] : [{ list, name, text }]));
}
