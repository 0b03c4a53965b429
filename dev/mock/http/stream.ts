import type { ServerResponse } from "node:http";
import { ClientGone } from "./errors.ts";

/** One piece of a streamed answer. `isToken`: takes its time when a speed is set. */
export interface Frame {
  readonly text: string;
  readonly isToken: boolean;
}

export interface Pace {
  /** 0: as fast as the client reads. */
  readonly tokensPerSecond: number;
  /** Cuts the connection after so many frames; never when undefined. */
  readonly dropAfterFrames?: number | undefined;
}

/** A server-sent event. */
export function sse(body: unknown, isToken = false): Frame {
  return { text: `data: ${JSON.stringify(body)}\n\n`, isToken };
}

/** How OpenAI's streams end. */
export const sseDone: Frame = { text: "data: [DONE]\n\n", isToken: false };

/** A line of JSON. */
export function ndjson(body: unknown, isToken = false): Frame {
  return { text: `${JSON.stringify(body)}\n`, isToken };
}

export const sseType = "text/event-stream; charset=utf-8";
export const ndjsonType = "application/x-ndjson";

/**
 * Sends the frames, each when its time has come and the client has read what came before; those that are late, and all
 * when there is no speed, many at once. A frame is asked for only then: an answer never lies in memory whole. Stops, and
 * throws `ClientGone`, once the client is gone.
 */
export async function sendFrames(
  response: ServerResponse,
  contentType: string,
  frames: Iterable<Frame>,
  { tokensPerSecond, dropAfterFrames = Infinity }: Pace,
): Promise<void> {
  response.writeHead(200, { "content-type": contentType, ...(contentType === sseType && noCache) });
  response.flushHeaders();
  const startMs = performance.now();
  let tokens = 0;
  let pending = "";
  for (const { text, isToken } of first(frames, dropAfterFrames)) {
    tokens += isToken ? 1 : 0;
    const waitMs = isToken && tokensPerSecond > 0 ? startMs + (tokens * 1000) / tokensPerSecond - performance.now() : 0;
    if (waitMs > 0 || pending.length >= batchCharacters) {
      await write(response, pending);
      pending = "";
    }
    if (waitMs > 0) await wait(response, waitMs);
    pending += text;
  }
  if (dropAfterFrames === Infinity) response.end(pending);
  else await cut(response, pending);
}

/** Resolves after `ms`; rejects with `ClientGone` as soon as the client is. */
export function wait(response: ServerResponse, ms: number): Promise<void> {
  if (response.destroyed) return Promise.reject(new ClientGone());
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = ms === Infinity ? undefined : setTimeout(done, ms);
    response.once("close", gone);
    function done(): void {
      response.off("close", gone);
      resolve();
    }
    function gone(): void {
      clearTimeout(timer);
      reject(new ClientGone());
    }
  });
}

function* first(frames: Iterable<Frame>, count: number): Iterable<Frame> {
  if (count === 0) return;
  let sent = 0;
  for (const frame of frames) {
    yield frame;
    sent += 1;
    if (sent === count) return;
  }
}

const noCache = { "cache-control": "no-cache" };

const batchCharacters = 16_384;

// Waits until the kernel has it, and not for as much as Node would keep of each stream: 64 KiB, in small pieces.
async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed) throw new ClientGone();
  if (text === "") return;
  await new Promise<void>((resolve, reject) => {
    response.once("close", gone);
    response.write(text, (error) => {
      response.off("close", gone);
      if (error) gone();
      else resolve();
    });
    function gone(): void {
      reject(new ClientGone());
    }
  });
}

// The kernel has to have the last frame, or cutting the connection would take it along.
async function cut(response: ServerResponse, last: string): Promise<void> {
  await write(response, last);
  response.destroy();
}
