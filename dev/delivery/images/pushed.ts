import { randomBytes } from "node:crypto";
import { isConnectionError } from "../../build/engine-failure.ts";
import type { Engine } from "../../build/engine.ts";
import type { Blobs } from "../sink/blobs.ts";
import type { Sink } from "../sink/registry.ts";
import { type ImageContent, contentOf } from "./content.ts";

/** The engine cannot reach this process: it runs in a virtual machine, or elsewhere. */
export class EngineOutOfReach extends Error {}

/** Has the engine push an image into the sink: it sends what neither the nodes nor the sink have, and nothing else. */
export async function pushed(
  engine: Engine,
  sink: Sink,
  blobs: Blobs,
  reference: string,
  signal: AbortSignal,
): Promise<ImageContent> {
  const tag = randomBytes(6).toString("hex");
  const name = `${sink.repository}:${tag}`;
  const before = sink.requests;
  const { architecture, platform } = await targetOf(engine);
  await engine.images.tag(reference, name);
  try {
    await engine.images.push(name, platform, signal);
    const root = sink.manifest(tag);
    if (!root) throw new Error("the engine pushed no manifest");
    return await contentOf(root, architecture, async (digest) => {
      return (
        sink.manifest(digest)?.body ?? (blobs.size(digest) === null ? null : Buffer.from(await blobs.text(digest)))
      );
    });
  } catch (error) {
    const isUnreachable = !signal.aborted && !isConnectionError(error) && sink.requests === before;
    throw isUnreachable ? new EngineOutOfReach(String(error)) : error;
  } finally {
    sink.forget(tag);
    // Nobody waits for it; what is left when this fails, the next session takes away.
    engine.images.untag(name).catch(() => undefined);
  }
}

/**
 * A store that keeps all platforms of an image pushes them all, unless it is told which one. It can be told from version
 * 1.46 of the API on. https://docs.docker.com/reference/api/engine/version/v1.46/#tag/Image/operation/ImagePush
 */
async function targetOf(engine: Engine): Promise<{ readonly architecture: string; readonly platform: string | null }> {
  const { architecture, hasContainerdStore, apiVersion } = await engine.images.facts();
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  const isAsked = hasContainerdStore && (major > 1 || minor >= 46);
  return { architecture, platform: isAsked ? `linux/${architecture}` : null };
}
