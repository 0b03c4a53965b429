import { type Check, finding } from "./check.ts";

const LEAST_FREE = 0.1;

export const disk: Check = {
  title: "disk",
  async look({ space, root }) {
    const { freeBytes, totalBytes } = await space(root);
    const share = totalBytes === 0 ? 1 : freeBytes / totalBytes;
    const told = `${(freeBytes / 1e9).toFixed(1)} GB free (${Math.round(share * 100)} %)`;
    if (share >= LEAST_FREE) return told;
    return finding("DISK_FULL", root, told, "free some space: docker system df shows what takes it", "warning");
  },
};
