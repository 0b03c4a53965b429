import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Puts a file that is completely written under its final name; resolves when it is there whatever happens. */
export async function renameForGood(from: string, to: string): Promise<void> {
  await rename(from, to);
  // A rename is on disk once its folder is.
  const folder = await open(dirname(to), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
