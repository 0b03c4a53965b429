import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { UserError, userError } from "../../tools/lib/errors.ts";
import { sortKeys } from "../../tools/lib/merge.ts";
import { formatImage, parseImage } from "../../tools/model/image.ts";
import type { ImageBuilder } from "../core/ports.ts";
import type { BuildStep, DigestStep } from "../core/step.ts";
import type { ImageTarget } from "../core/target.ts";
import { type ContextEntry, type StatCache, readContext } from "./context.ts";
import { substituteContexts } from "./dockerfile.ts";
import type { Engine } from "./engine.ts";
import { failureOf } from "./failure.ts";
import { tarEnd, tarMember } from "./tar.ts";

/** Marks the images that the loop has built, and thereby those that it may remove. */
const LABEL = "slipway.dev/image";

// Part of every digest: raised when the same inputs would be built into something else.
const RECIPE_VERSION = 1;

/** Builds images with the engine, from contexts that it reads, filters and packs itself. */
export function imageBuilder(root: string, engine: () => Promise<Engine>): ImageBuilder {
  const cache: StatCache = new Map();
  return {
    digest: async (step) =>
      tagOf(step, await readContext(join(root, step.image.build.context), step.image.build.dockerfile, cache)),
    build: async (step, signal) => {
      const connected = await engine();
      if (await connected.hasImage(step.tag)) return true;
      await build(root, connected, step, cache, signal);
      return false;
    },
  };
}

/** `mage/core:3f2a9c41d0be`: the digest of the context, the recipe, and the images built here that it is built on. */
function tagOf(
  { image, bases, rebuilds }: Pick<DigestStep, "image" | "bases" | "rebuilds">,
  entries: readonly ContextEntry[],
): string {
  const { dockerfile, target, args, contexts } = image.build;
  const recipe = sortKeys({
    dockerfile,
    target,
    args,
    contexts: Object.fromEntries(Object.entries(contexts).map(([name, base]) => [name, bases.get(base) ?? base])),
    ...(rebuilds > 0 && { rebuilds }),
  });
  const hash = createHash("sha256").update(JSON.stringify([RECIPE_VERSION, recipe]));
  for (const { path, type, mode, content } of entries) hash.update(JSON.stringify([path, type, mode, content]));
  return formatImage({ ...parseImage(image.reference), tag: hash.digest("hex").slice(0, 12) });
}

async function build(
  root: string,
  engine: Engine,
  step: BuildStep,
  cache: StatCache,
  signal: AbortSignal,
): Promise<void> {
  const { context, dockerfile, target, args } = step.image.build;
  const folder = join(root, context);
  const entries = await readContext(folder, dockerfile, cache);
  if (tagOf(step, entries) !== step.tag) throw changedMeanwhile(context);
  const written = await readFile(join(folder, dockerfile), "utf8");
  const substituted = substituteContexts(written, namedContexts(step.image, step.bases));
  // Packed whole before anything is sent: what fails on the way would leave the engine waiting.
  const archive = await pack(folder, entries, new Map([[dockerfile, substituted]]));
  const report = await engine.build(
    Readable.from(archive),
    { reference: step.tag, dockerfile, target, args, labels: { [LABEL]: step.image.name } },
    signal,
  );
  const finding = failureOf(report, `${context}/${dockerfile}`, written);
  if (finding) throw new UserError([finding]);
}

function namedContexts(image: ImageTarget, bases: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(image.build.contexts).map(([name, base]) => [name, bases.get(base) ?? base]));
}

/**
 * The context as an archive. `instead` gives other texts for single files. What is packed is what was digested, or
 * nothing is: a tag must never name something else than its content.
 */
async function pack(
  folder: string,
  entries: readonly ContextEntry[],
  instead: ReadonlyMap<string, string>,
): Promise<Buffer[]> {
  const members: Buffer[] = [];
  for (const { path, type, mode, content } of entries) {
    const text = instead.get(path);
    const body =
      type !== "file" ? null : text === undefined ? await unchanged(join(folder, path), content) : Buffer.from(text);
    members.push(tarMember({ path, type, mode, ...(body ? { body } : { link: content }) }));
  }
  return [...members, tarEnd];
}

async function unchanged(path: string, digest: string): Promise<Buffer> {
  const body = await readFile(path);
  if (createHash("sha256").update(body).digest("hex") !== digest) throw changedMeanwhile(path);
  return body;
}

function changedMeanwhile(where: string): Error {
  return userError(
    "CONTEXT_CHANGED",
    where,
    "it changed while it was being read",
    "nothing to do: the change is built next",
  );
}
