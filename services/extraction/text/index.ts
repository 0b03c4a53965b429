import { openAsBlob } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { Peer } from "../../base/peer.ts";
import { unreadable, written } from "./written.ts";

export { unreadable };

export interface Transcription {
  readonly transcription: Peer;
  readonly model: string;
}

const maxCharacters = 2_000_000;
const maxMebibytes: Readonly<Record<string, number>> = {
  "application/pdf": 200,
  "text/html": 16,
  "audio/wav": Infinity,
};

/** The text of a file, without what PostgreSQL cannot keep. Rejects with `unreadable` when none can be had of it. */
export async function textOf(type: string, path: string, by: Transcription, signal: AbortSignal): Promise<string> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw unreadable("its file is no longer there", cause);
  });
  const limit = maxMebibytes[type] ?? 8;
  if (size > limit * 2 ** 20) throw unreadable(`the file is larger than the ${limit} MiB that are read of its kind`);
  const read = type === "audio/wav" ? said(path, by, signal) : written(type, new Uint8Array(await readFile(path)));
  const text = (await read).replaceAll("\0", "").replaceAll(/\p{Cs}/gu, "\ufffd");
  if (text.trim() === "") throw unreadable("there is no text in it; pages that are only pictures have none");
  if (text.length > maxCharacters) throw unreadable("its text is longer than 2,000,000 characters; send it in parts");
  return text;
}

// By OpenAI's API for it; read from disk as it is sent.
async function said(path: string, { transcription, model }: Transcription, signal: AbortSignal): Promise<string> {
  const body = new FormData();
  body.append("file", await openAsBlob(path, { type: "audio/wav" }), "recording.wav");
  body.append("model", model);
  const options = { body, signal, timeoutMs: 600_000 };
  return (await transcription.request<{ text: string }>("POST", "/v1/audio/transcriptions", options)).text;
}
