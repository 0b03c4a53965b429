import { byCodePoint, sortedEntries } from "../lib/merge.ts";
import { formatImage, normalizeName, parseImage } from "../model/image.ts";
import type { Model } from "../model/model.ts";
import { pointerSegment } from "../model/names.ts";
import { rewritten } from "../model/rewrite.ts";
import { compact } from "../render/object.ts";
import type { Placed } from "../render/render.ts";
import { generatedFile } from "./generated.ts";

const INTRO = [
  "Everything that must be brought to this environment before it is applied; not part of the kustomization.",
  "`source` is pulled outside and pushed as `target`; one that is built here says from which folder. `usedBy` says what runs it.",
  "Base images of what is built here are not among them: they are named in Dockerfiles, which this file does not read.",
].join("\n");

/** `mirror.yaml`, where nothing can be pulled from outside: profile airgap, and registries that mirror. */
export function mirrorList(folder: string, model: Model, placed: readonly Placed[]): [string, string][] {
  if (model.profile !== "airgap" && !model.isMirrored) return [];
  const { charts, packages, files, models } = model.mirror;
  const content = compact({
    images: imageList(model, placed),
    charts: named(charts),
    packages: named(packages),
    files: named(files),
    models: named(models),
  });
  const pointer = `/environments/${pointerSegment(model.environment ?? "")}/registry`;
  return [[`${folder}/mirror.yaml`, generatedFile(pointer, [content], INTRO)]];
}

function named<T extends object>(entries: Readonly<Record<string, T>> | undefined): object[] {
  return sortedEntries(entries).map(([name, entry]) => ({ name, ...entry }));
}

function imageList(model: Model, placed: readonly Placed[]): object[] {
  const users = usersOf(placed);
  for (const image of model.mirroredImages) users.set(image, users.get(image) ?? new Set());
  return [...users]
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([target, usedBy]) => {
      const source = model.imageSources.get(target);
      const { digest } = parseImage(target);
      return {
        ...(source?.context != null ? { builtFrom: source.context } : { source: canonical(source?.written ?? target) }),
        target,
        ...(digest !== null && { digest }),
        ...(usedBy.size > 0 && { usedBy: [...usedBy].toSorted(byCodePoint) }),
      };
    });
}

/** With its registry, as tools that copy images want it. */
function canonical(reference: string): string {
  const image = parseImage(reference);
  return formatImage({ ...image, name: normalizeName(image.name) });
}

/** Deployed reference → `service/container` of each that runs it. */
function usersOf(placed: readonly Placed[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const { object, service, manifest } of placed) {
    const image = (reference: string): string => {
      const owner = service ?? `${manifest} (${object.kind}/${object.metadata.name})`;
      users.set(reference, (users.get(reference) ?? new Set()).add(owner));
      return reference;
    };
    rewritten(object, { namespace: (name) => name, image });
  }
  return users;
}
