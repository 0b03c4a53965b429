import { openAsBlob } from "node:fs";
import type { Dependency } from "./dependencies.ts";
import { textFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { connectPeer } from "./peer.ts";

/** A server that writes down what is said, by OpenAI's API for it. */
export interface Transcription {
  readonly dependency: Dependency;
  /** What is said in a WAV file, which is read as it is sent. Rejects as `Peer.request` does. */
  transcribe(path: string, signal: AbortSignal): Promise<string>;
}

const timeoutMs = 600_000;

/** `TRANSCRIPTION_URL` (without /v1) and `TRANSCRIPTION_MODEL` (whisper-large-v3). */
export function transcriptionFrom(env: Environment): Transcription {
  const peer = connectPeer("transcription", textFrom(env, "TRANSCRIPTION_URL"), "/health");
  const transcribe = async (path: string, signal: AbortSignal) => {
    const body = new FormData();
    body.append("file", await openAsBlob(path, { type: "audio/wav" }), "recording.wav");
    body.append("model", env["TRANSCRIPTION_MODEL"] || "whisper-large-v3");
    const options = { body, signal, timeoutMs };
    return (await peer.request<{ text: string }>("POST", "/v1/audio/transcriptions", options)).text;
  };
  return { dependency: peer.dependency, transcribe };
}
