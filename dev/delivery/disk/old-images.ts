import type { DeliverStep } from "../../core/step.ts";
import { parseImage } from "../../../tools/model/image.ts";
import type { NodeImages } from "../nodes/containerd.ts";
import { imageDigests, usedImages } from "../nodes/listings.ts";
import { nodeName } from "../nodes/names.ts";
import { type BuiltImage, unneeded } from "./keep.ts";

/** What an image's configuration says of it, by the digest of its manifest: neither ever changes. */
export type Facts = Map<string, ImageFacts>;

interface ImageFacts {
  readonly config: string;
  /** Its configuration and its layers. */
  readonly blobs: readonly string[];
  readonly isOurs: boolean;
  readonly created: string;
}

/** Marks the images that the loop has built. */
const LABEL = "slipway.dev/image";

/** Removes the versions of a delivered image that a node no longer needs. Only what carries our label, never what a pod uses. */
export async function removeOld(node: NodeImages, step: DeliverStep, facts: Facts, signal: AbortSignal): Promise<void> {
  const { ctr } = node.containerd;
  const there = imageDigests(await node.ask([...ctr, "images", "ls"], signal));
  const delivered = nodeName(step.tag);
  const images = await builtImages(node, versionsOf(delivered, nodeName(step.image.reference), there), facts, signal);
  if (unneeded(images, delivered, new Set()).length === 0) return;
  const used = usedImages(await node.ask([...ctr, "containers", "ls"], signal));
  const usedDigests = new Set([...used].flatMap((name) => there.get(name) ?? []));
  const gone = unneeded(images, delivered, usedDigests);
  if (gone.length === 0) return;
  await node.ask([...ctr, "images", "rm", ...gone.flatMap((image) => namesToRemove(image, there, facts))], signal);
  // containerd takes them away when it has time for it, and until then it lists them: whoever goes back sends them again.
  const rest = images.filter((image) => !gone.includes(image));
  const kept = new Set(blobsOf(rest, facts));
  node.distrust(blobsOf(gone, facts).filter((blob) => !kept.has(blob)));
}

function blobsOf(images: readonly BuiltImage[], facts: Facts): readonly string[] {
  return images.flatMap(({ digest }) => [digest, ...(facts.get(digest)?.blobs ?? [])]);
}

/** Other names in the delivered one's repository, but for that under which it is deployed. */
function versionsOf(
  delivered: string,
  deployed: string,
  there: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const { name: repository } = parseImage(delivered);
  return [...there].filter(
    ([name]) => parseImage(name).name === repository && (name !== deployed || name === delivered),
  );
}

async function builtImages(
  node: NodeImages,
  versions: readonly (readonly [string, string])[],
  facts: Facts,
  signal: AbortSignal,
): Promise<readonly BuiltImage[]> {
  const images: BuiltImage[] = [];
  for (const [name, digest] of versions) {
    if (!facts.has(digest)) facts.set(digest, await factsOf(node, digest, signal));
    const found = facts.get(digest);
    if (found?.isOurs) images.push({ name, digest, created: found.created });
  }
  return images;
}

/** An image whose manifest or configuration cannot be read is nobody's: it stays. */
async function factsOf(node: NodeImages, digest: string, signal: AbortSignal): Promise<ImageFacts> {
  const read = async (blob: string): Promise<unknown> => {
    const path = `${node.containerd.folder}/io.containerd.content.v1.content/blobs/${blob.replace(":", "/")}`;
    return JSON.parse(await node.ask(["cat", path], signal));
  };
  try {
    const manifest = (await read(digest)) as Manifest;
    const config = manifest.config?.digest ?? "";
    const blobs = [config, ...(manifest.layers ?? []).map((layer) => layer.digest)];
    const { created = "", config: settings } = (await read(config)) as Configuration;
    return { config, blobs, isOurs: settings?.Labels?.[LABEL] !== undefined, created };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SyntaxError || error instanceof Error)
      return { config: "", blobs: [], isOurs: false, created: "" };
    throw error;
  }
}

interface Manifest {
  readonly config?: { readonly digest?: string };
  readonly layers?: readonly { readonly digest: string }[];
}

interface Configuration {
  readonly created?: string;
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

/** With the last name goes the one that the kubelet's runtime gives to every image by itself: `sha256:…`, its configuration's digest. */
function namesToRemove({ name, digest }: BuiltImage, there: ReadonlyMap<string, string>, facts: Facts): string[] {
  const id = facts.get(digest)?.config ?? "";
  const others = [...there].filter(([other, target]) => target === digest && other !== name && other !== id);
  return others.length === 0 && there.has(id) ? [name, id] : [name];
}
