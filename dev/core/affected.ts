import type { ImageBuild, ImageTarget } from "./target.ts";

/**
 * References of the images into whose build context one of the paths falls, or whose build reads it from elsewhere.
 * Whether its content changed is decided later.
 */
export function affectedImages(images: readonly ImageTarget[], paths: readonly string[]): string[] {
  return images
    .filter(({ build }) => paths.some((path) => isBelow(path, build.context) || filesBeside(build).includes(path)))
    .map(({ reference }) => reference);
}

/** A build that failed for want of one of these is tried again when it is there. */
function filesBeside({ secrets }: ImageBuild): readonly string[] {
  return Object.values(secrets).flatMap((source) => ("file" in source ? [source.file.replace(/^\.\//, "")] : []));
}

/** Whether `path` is `folder` or inside it; both relative to the root, `.` being the root itself. */
export function isBelow(path: string, folder: string): boolean {
  const clean = folder.replace(/^\.\//, "").replace(/\/+$/, "");
  return clean === "." || clean === "" || path === clean || path.startsWith(`${clean}/`);
}
