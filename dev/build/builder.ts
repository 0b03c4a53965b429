import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { UserError, userError } from "../../tools/lib/errors.ts";
import { sortKeys } from "../../tools/lib/merge.ts";
import { formatImage, parseImage } from "../../tools/model/image.ts";
import type { ImageBuilder } from "../core/ports.ts";
import type { BuildStep, DigestStep } from "../core/step.ts";
import type { ImageBuild, ImageTarget } from "../core/target.ts";
import { readBuildSecrets } from "./build-secrets.ts";
import { type Context, contextReader } from "./context.ts";
import { substituteContexts } from "./dockerfile.ts";
import type { EngineBuild } from "./engine-build.ts";
import type { Engine } from "./engine.ts";
import { failureOf } from "./failure.ts";
import { entriesOnDisk, fileInMemory } from "./filesync.ts";
import { LABEL } from "./label.ts";
import type { BuildProgress } from "./progress.ts";

// Part of every digest: raised when the same inputs would be built into something else.
const RECIPE_VERSION = 2;

export interface BuilderOptions {
  /** Whether everything that changes is told through `changed`; otherwise every file is looked at each time. */
  readonly isWatched?: boolean;
  /** What the cluster's nodes are, `linux/arm64`; null for what the engine builds by itself. */
  readonly platform?: () => Promise<string | null>;
  /** Called with the image's name for every instruction that begins or ends and every line that it prints. */
  readonly onProgress?: (image: string, progress: BuildProgress) => void;
}

export interface WatchingBuilder extends ImageBuilder {
  /** Paths relative to the root that may be different by now; null means all of them. */
  changed(paths: readonly string[] | null): void;
}

/** Builds images with the engine, from contexts that it reads, filters and sends itself. */
export function imageBuilder(
  root: string,
  engine: () => Promise<Engine>,
  { isWatched = false, platform = async () => null, onProgress = () => undefined }: BuilderOptions = {},
): WatchingBuilder {
  // An image of another session's rebuild is none of this one's.
  const session = randomUUID();
  const contexts = contextReader(root, isWatched, join(root, ".slipway/cache/files"));
  const read = ({ context, dockerfile }: ImageBuild, signal: AbortSignal): Promise<Context> =>
    contexts.read(context, dockerfile, signal);
  return {
    changed: (paths) => contexts.changed(paths),
    digest: async (step, signal) => tag(step, await read(step.image.build, signal), await platformOf(step.image)),
    build: async (step, signal) => {
      const connected = await engine();
      if (await connected.hasImage(step.tag)) return true;
      await build(connected, step, signal);
      return false;
    },
  };

  async function platformOf({ build: { platforms }, name }: ImageTarget): Promise<string | null> {
    return platformFor(name, platforms, await platform());
  }

  function tag(step: DigestStep | BuildStep, context: Context, wanted: string | null): string {
    return tagOf(step, context, wanted, step.rebuilds > 0 ? `${session} ${step.rebuilds}` : null);
  }

  async function build(connected: Engine, step: BuildStep, signal: AbortSignal): Promise<void> {
    const { name, build: written } = step.image;
    const [context, wanted] = [await read(written, signal), await platformOf(step.image)];
    if (tag(step, context, wanted) !== step.tag) throw changedMeanwhile(written.context);
    const secrets = await readBuildSecrets(root, written, process.env);
    const sent = { ...settingsOf(root, step, context), platform: wanted, secrets };
    const built = await connected.build({ ...sent, onProgress: (one) => onProgress(name, one) }, signal);
    if ("changed" in built) throw changedMeanwhile(`${written.context}/${built.changed}`);
    const finding = failureOf(built, `${written.context}/${written.dockerfile}`, context.dockerfile);
    if (finding) throw new UserError([finding]);
  }
}

function settingsOf(
  root: string,
  step: BuildStep,
  context: Context,
): Omit<EngineBuild, "platform" | "secrets" | "onProgress"> {
  const { name, build } = step.image;
  return {
    reference: step.tag,
    target: build.target,
    args: build.args,
    labels: { [LABEL]: name },
    cacheFrom: build.cacheFrom,
    isAnew: step.isAnew,
    sources: {
      key: context.key,
      context: entriesOnDisk(join(root, build.context), context.entries()),
      dockerfile: fileInMemory("Dockerfile", substituteContexts(context.dockerfile, namedContexts(step))),
    },
  };
}

/**
 * `mage/core:3f2a9c41d0be`: the digest of the context, the recipe, and the images built here that it is built on.
 * `rebuild`: null unless somebody asked to have the same content built again.
 */
function tagOf(
  { image, bases }: Pick<DigestStep, "image" | "bases">,
  { digest }: Context,
  platform: string | null,
  rebuild: string | null,
): string {
  const { target, args, secrets, ssh } = image.build;
  const contexts = Object.fromEntries(namedContexts({ image, bases }));
  // What a secret is, nobody can read from a tag; a changed one is no other image.
  const recipe = sortKeys({
    target,
    args,
    contexts,
    secrets: Object.keys(secrets).toSorted(),
    ssh,
    platform,
    ...(rebuild !== null && { rebuild }),
  });
  const hash = createHash("sha256").update(JSON.stringify([RECIPE_VERSION, recipe, digest]));
  return formatImage({ ...parseImage(image.reference), tag: hash.digest("hex").slice(0, 12) });
}

function namedContexts({ image, bases }: Pick<DigestStep, "image" | "bases">): ReadonlyMap<string, string> {
  return new Map(Object.entries(image.build.contexts).map(([name, base]) => [name, bases.get(base) ?? base]));
}

/** Of the platforms that an image is made for the one that runs here: others would only be built. */
function platformFor(name: string, platforms: readonly string[], cluster: string | null): string | null {
  if (platforms.length === 0) return cluster;
  if (cluster === null) return platforms[0] ?? null;
  const found = platforms.find((platform) => platform === cluster || platform.startsWith(`${cluster}/`));
  if (found !== undefined) return found;
  throw userError(
    "BUILD_PLATFORM",
    `services.json, ${name}`,
    `the image is built for ${platforms.join(", ")}, and the cluster's nodes are ${cluster}`,
    `add it: "build": {"platforms": ["${cluster}"]}`,
  );
}

function changedMeanwhile(where: string): Error {
  return userError(
    "CONTEXT_CHANGED",
    where,
    "it changed while it was being read",
    "nothing to do: the change is built next",
  );
}
