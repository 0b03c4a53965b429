import { openAsBlob } from "node:fs";
import { HttpError, reasonOf } from "../../base/errors.ts";
import { DocumentRefusal } from "./refusal.ts";

export interface Transcription {
  /** Without `/v1`. */
  readonly url: string;
  readonly model: string;
}

/** What is said in a recording, by OpenAI's API for it. Rejects with `HttpError` 502 or 503 when that fails. */
export async function textOfRecording(
  path: string,
  { url, model }: Transcription,
  signal: AbortSignal,
): Promise<string> {
  const form = new FormData();
  // Read from disk as it is sent.
  form.append("file", await openAsBlob(path, { type: "audio/wav" }), "recording.wav");
  form.append("model", model);
  form.append("response_format", "json");
  const response = await fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: form, signal }).catch(gone);
  const body = await response.text().catch(gone);
  if (response.ok) return (JSON.parse(body) as { text: string }).text;
  const cause = new Error(`transcription answered ${response.status}: ${body.slice(0, 500)}`);
  if (isRefusal(response.status)) throw new DocumentRefusal("the recording cannot be transcribed", cause);
  throw new HttpError(502, "transcription_failed", "transcription failed", { cause });
}

// Of the file, that is; a model that is not there, or too many requests, is no fault of it.
function isRefusal(status: number): boolean {
  return [400, 413, 415, 422].includes(status);
}

function gone(cause: unknown): never {
  throw new HttpError(503, "transcription_unavailable", `transcription does not answer: ${reasonOf(cause)}`, { cause });
}
