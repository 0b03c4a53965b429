import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
import { compile } from "html-to-text";
import { extractText, getDocumentProxy } from "unpdf";
import { HttpError } from "../base/errors.ts";
import type { Transcription } from "../base/transcription.ts";

const maxCharacters = 2_000_000;
const maxMebibytes = { "application/pdf": 200, "audio/wav": Infinity, "text/html": 16 };
const plain = ["a", "h1", "h2", "h3", "h4", "h5", "h6"];
const options = { ignoreHref: true, uppercase: false };
const withoutMarkup = compile({ wordwrap: false, selectors: plain.map((selector) => ({ selector, options })) });

/** Why no text can be made of a document, for whoever sent it: trying again would change nothing. */
const unreadable = (message: string, cause?: unknown) => new HttpError(422, "unreadable", message, { cause });

/** The text of a file, without what PostgreSQL cannot keep. Rejects with `unreadable` when none can be had of it. */
export async function textOf(type: string, path: string, by: Transcription, stop: AbortSignal): Promise<string> {
  const { size } = await stat(path).catch((cause: unknown) => Promise.reject(unreadable("its file is gone", cause)));
  const limit = maxMebibytes[type as keyof typeof maxMebibytes] ?? 8;
  if (size > limit * 2 ** 20) throw unreadable(`the file is larger than the ${limit} MiB that are read of its kind`);
  const read = type === "audio/wav" ? by.transcribe(path, stop) : written(type, new Uint8Array(await readFile(path)));
  const text = (await read).replaceAll("\0", "").replaceAll(/\p{Cs}/gu, "\ufffd");
  if (text.trim() === "") throw unreadable("there is no text in it; pages that are only pictures have none");
  if (text.length > maxCharacters) throw unreadable("its text is longer than 2,000,000 characters; send it in parts");
  return text;
}

async function written(type: string, bytes: Uint8Array): Promise<string> {
  if (type === "application/pdf") return pages(bytes);
  // Windows marks its wide letters; in its Western European every byte is a character.
  const other = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "windows-1252";
  const text = new TextDecoder(isUtf8(bytes) ? "utf-8" : other).decode(bytes);
  return type === "text/html" ? withoutMarkup(text) : text;
}

async function pages(bytes: Uint8Array): Promise<string> {
  // Warnings would go to stdout, where the log is.
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 }).catch((cause: unknown) =>
    Promise.reject(unreadable("the PDF is damaged, or protected with a password", cause)),
  );
  const { text } = await extractText(pdf, { mergePages: false });
  await pdf.loadingTask.destroy();
  return text.join("\n\n");
}
