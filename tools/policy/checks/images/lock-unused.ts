import type { Check } from "../../check.ts";

/** What nobody runs would still be carried over the air gap. */
export const lockUnused: Check = {
  code: "LOCK_UNUSED",
  severity: "warning",
  title: "images.lock.json names images that are used",
  tags: ["airgap/AG03"],
  run: ({ lock, writtenImages }) =>
    Object.keys(lock)
      .filter((image) => !writtenImages.has(image))
      .map((image) => ({
        file: "images.lock.json",
        service: null,
        message: `nothing uses ${image}`,
        fix: "remove its entry",
      })),
};
