import { isUtf8 } from "node:buffer";
import { openAsBlob } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { compile } from "html-to-text";
import { extractText, getDocumentProxy } from "unpdf";
import { HttpError } from "../base/errors.ts";
import type { Peer } from "../base/peer.ts";

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

/** Why no text can be made of a document, for whoever sent it: trying again would change nothing. */
export const unreadable = (message: string, cause?: unknown) => new HttpError(422, "unreadable", message, { cause });

/** The text of a file, without what PostgreSQL cannot keep. Rejects with `unreadable` when none can be had of it. */
export async function textOf(mediaType: string, path: string, by: Transcription, signal: AbortSignal): Promise<string> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw unreadable("its file is no longer there", cause);
  });
  const limit = maxMebibytes[mediaType] ?? 8;
  if (size > limit * 2 ** 20) throw unreadable(`the file is larger than the ${limit} MiB that are read of its kind`);
  const read =
    mediaType === "audio/wav" ? said(path, by, signal) : written(mediaType, new Uint8Array(await readFile(path)));
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

async function written(mediaType: string, bytes: Uint8Array): Promise<string> {
  if (mediaType === "application/pdf") return pages(bytes);
  const mark = Buffer.from(bytes.subarray(0, 2)).toString("hex");
  const marked = { fffe: "utf-16le", feff: "utf-16be" }[mark];
  // In Windows' Western European every byte is a character.
  const text = new TextDecoder(marked ?? (isUtf8(bytes) ? "utf-8" : "windows-1252")).decode(bytes);
  return mediaType === "text/html" ? withoutMarkup(text) : text;
}

const headings = ["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } }));
const links = { selector: "a", options: { ignoreHref: true } };
const withoutMarkup = compile({
  wordwrap: false,
  selectors: [links, { selector: "img", format: "skip" }, ...headings],
});

async function pages(bytes: Uint8Array): Promise<string> {
  try {
    // Warnings would go to stdout, where the log is.
    const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
    const { text } = await extractText(pdf, { mergePages: false });
    await pdf.loadingTask.destroy();
    return text.join("\n\n");
  } catch (error) {
    const isLocked = error instanceof Error && error.name === "PasswordException";
    throw unreadable(isLocked ? "the PDF is protected with a password" : "the PDF is damaged", error);
  }
}
