import { isObject } from "../lib/merge.ts";
import type { EffectiveService } from "../registry/effective.ts";
import type { Registry } from "../registry/schema.ts";
import type { Vendored } from "../registry/vendored/object.ts";
import { type ImagePolicy, deployedImage } from "./image.ts";
import { rewritten } from "./rewrite.ts";

/** Where an image comes from before it is where an environment runs it. */
export interface ImageSource {
  /** Reference as the registry or a vendored file writes it. */
  readonly written: string;
  /** Folder of the sources that it is built from; null for what is brought from elsewhere. */
  readonly context: string | null;
}

/** By the reference that the environment runs. */
export function imageSources(
  { mirror }: Registry,
  vendored: Vendored,
  services: readonly EffectiveService[],
  policy: ImagePolicy,
): ReadonlyMap<string, ImageSource> {
  const pulled = [
    ...services.flatMap(({ service }) => imagesBelow(service)),
    ...vendoredImages(vendored),
    ...(mirror?.images ?? []),
  ];
  const built = services.flatMap(({ service: { image = "", build } }) =>
    build ? [{ written: image, context: build.context }] : [],
  );
  const sources = [...pulled.map((written) => ({ written, context: null })), ...built];
  return new Map(sources.map((source) => [deployedImage(source.written, source.context !== null, policy), source]));
}

/** Every `image` of a service, those of its other containers included. */
function imagesBelow(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const inner of value) imagesBelow(inner, found);
  else if (isObject(value))
    for (const [key, inner] of Object.entries(value))
      if (key === "image" && typeof inner === "string") found.push(inner);
      else if (typeof inner === "object") imagesBelow(inner, found);
  return found;
}

function vendoredImages(vendored: Vendored): string[] {
  const found: string[] = [];
  const image = (reference: string): string => {
    found.push(reference);
    return reference;
  };
  for (const { object } of [...vendored.values()].flat()) rewritten(object, { namespace: (name) => name, image });
  return found;
}
