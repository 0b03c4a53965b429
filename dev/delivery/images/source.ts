import { isConnectionError } from "../../build/engine-failure.ts";
import type { Engine } from "../../build/engine.ts";
import { type Blobs, openBlobs } from "../sink/blobs.ts";
import { type Sink, openSink } from "../sink/registry.ts";
import type { ImageContent } from "./content.ts";
import { EngineOutOfReach, pushed } from "./pushed.ts";
import { saved } from "./saved.ts";

/** Where images come from: what the nodes lack of them is in `blobs` afterwards. */
export interface ImageSource {
  readonly blobs: Blobs;
  get(reference: string, signal: AbortSignal): Promise<ImageContent>;
  close(): Promise<void>;
}

/** `knownSize`: bytes of a blob that every node has, null for any other. `onSlow`: this engine has to pack whole images. */
export async function imageSource(
  engine: Engine,
  knownSize: (digest: string) => number | null,
  onSlow: () => void,
): Promise<ImageSource> {
  const blobs = await openBlobs();
  const sink: Sink = await openSink(blobs, knownSize);
  let isOutOfReach = false;
  const push = async (reference: string, signal: AbortSignal): Promise<ImageContent | null> => {
    if (isOutOfReach) return null;
    try {
      return await pushed(engine, sink, blobs, reference, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isConnectionError(error)) throw error;
      if (error instanceof EngineOutOfReach && !isOutOfReach) {
        isOutOfReach = true;
        onSlow();
      }
      // Whatever stands against a push, the image can still be packed.
      return null;
    }
  };
  return {
    blobs,
    get: async (reference, signal) =>
      (await push(reference, signal)) ?? (await saved(engine, blobs, reference, knownSize, signal)),
    async close() {
      await sink.close();
      blobs.close();
    },
  };
}
