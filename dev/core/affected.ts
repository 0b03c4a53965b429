import type { ImageTarget } from "./target.ts";

/** References of the images into whose build context one of the paths falls. Whether its content changed is decided later. */
export function affectedImages(images: readonly ImageTarget[], paths: readonly string[]): string[] {
  return images
    .filter(({ build }) => paths.some((path) => isBelow(path, build.context)))
    .map(({ reference }) => reference);
}

/** Whether `path` is `folder` or inside it; both relative to the root, `.` being the root itself. */
export function isBelow(path: string, folder: string): boolean {
  const clean = folder.replace(/^\.\//, "").replace(/\/+$/, "");
  return clean === "." || clean === "" || path === clean || path.startsWith(`${clean}/`);
}
