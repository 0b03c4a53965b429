import type { ImagesLock } from "../registry/lock.ts";
import type { Environment, Registry } from "../registry/schema.ts";

/** An image reference in its parts; `tag` and `digest` are null where nothing is written. */
export interface ImageReference {
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** `host:5000/name:tag@sha256:…` → its parts. A colon is a tag's only after the last slash. */
export function parseImage(reference: string): ImageReference {
  const [withoutDigest = "", digest = null] = reference.split("@");
  const colon = withoutDigest.lastIndexOf(":");
  if (colon <= withoutDigest.lastIndexOf("/")) return { name: withoutDigest, tag: null, digest };
  return { name: withoutDigest.slice(0, colon), tag: withoutDigest.slice(colon + 1), digest };
}

export function formatImage({ name, tag, digest }: ImageReference): string {
  return `${name}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}

/**
 * A name with its registry host, as the distribution project normalises it: `redis` is `docker.io/library/redis`.
 * https://github.com/distribution/reference
 */
export function normalizeName(name: string): string {
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  if (isHost) return name;
  return rest.length === 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
}

/** The registry host of a reference. */
export function hostOf(reference: string): string {
  return normalizeName(parseImage(reference).name).split("/")[0] ?? "";
}

export interface ImagePolicy {
  readonly isLocal: boolean;
  readonly registry: NonNullable<Registry["registries"]>[string] | null;
  readonly pins: NonNullable<Environment["imagePins"]>;
  readonly lock: ImagesLock;
}

/**
 * The reference that an environment runs. What is built here has the tag `dev` locally and comes from the environment's
 * registry elsewhere; third-party images come from it only where it mirrors, with their source host in the path, so that
 * no two of them collide. A digest comes from the lock and from nowhere else.
 */
export function deployedImage(written: string, isBuilt: boolean, policy: ImagePolicy): string {
  const image = parseImage(written);
  if (isBuilt && policy.isLocal) return formatImage({ name: image.name, tag: "dev", digest: null });
  const digest = policy.pins === "digest" ? (policy.lock[written]?.digest ?? image.digest) : image.digest;
  return formatImage({ name: `${prefix(image.name, isBuilt, policy)}`, tag: image.tag, digest });
}

function prefix(name: string, isBuilt: boolean, { registry }: ImagePolicy): string {
  if (!registry) return name;
  if (isBuilt) return `${registry.host}/${name}`;
  return registry.mirror ? `${registry.host}/${normalizeName(name)}` : name;
}
