import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { connectEngine } from "../../dev/build/engine.ts";
import type { ImageBuild, ImageTarget } from "../../dev/core/target.ts";
import { anImage } from "../dev/fixture.ts";
import { docker } from "../services/docker.ts";

// A folder from which the real engine builds; the end of a test takes it away, and every image that was built from it.

export const repository = `slipway-test/build-${randomBytes(4).toString("hex")}`;
export const engine = connectEngine("/var/run/docker.sock");

export async function aRoot(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "build-"));
  t.after(async () => {
    await rm(root, { recursive: true, force: true });
    const ids = await docker("image", "ls", "--quiet", repository);
    if (ids !== "") await docker("image", "rm", "--force", ...new Set(ids.split("\n")));
  });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** The image of the whole folder. */
export function theImage(change: Partial<ImageBuild> = {}): ImageTarget {
  const plain = anImage("web");
  return { ...plain, reference: `${repository}:dev`, build: { ...plain.build, context: ".", ...change } };
}
