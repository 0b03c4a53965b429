import { formatImage, normalizeName, parseImage } from "../../../tools/model/image.ts";
import type { DeliverStep } from "../../core/step.ts";

/** As containerd writes them, `docker.io/mage/core:dev`: the image by its content, and as the overlay calls it. */
export function namesOf({ tag, image }: DeliverStep): readonly string[] {
  return [...new Set([tag, image.reference].map(nodeName))];
}

export function nodeName(reference: string): string {
  const image = parseImage(reference);
  return formatImage({ ...image, name: normalizeName(image.name), tag: image.tag ?? "latest" });
}
