import { readFile, stat } from "node:fs/promises";
import { textOfHtml } from "./html.ts";
import { textOfPdf } from "./pdf.ts";
import { textOfPlain } from "./plain.ts";
import { textOfRecording } from "./recording.ts";
import type { Transcription } from "./recording.ts";
import { DocumentRefusal } from "./refusal.ts";

/** What embedding takes of one document. */
const maxTextLength = 2_000_000;
const mebibyte = 1 << 20;

interface Reader {
  /** Larger files would not fit into memory, or hold more text than is taken. */
  readonly maxBytes: number;
  read(path: string, signal: AbortSignal): string | Promise<string>;
}

export type TextOf = (mediaType: string, path: string, signal: AbortSignal) => Promise<string>;

/** The text of a file, without what PostgreSQL cannot keep. Rejects with `DocumentRefusal` when none can be had of it. */
export function textReader(transcription: Transcription): TextOf {
  const fromBytes = (textOf: (bytes: Uint8Array) => string | Promise<string>) => async (path: string) =>
    textOf(new Uint8Array(await readFile(path)));
  const readers: Readonly<Record<string, Reader>> = {
    "application/pdf": { maxBytes: 200 * mebibyte, read: fromBytes(textOfPdf) },
    "audio/wav": { maxBytes: Infinity, read: (path, signal) => textOfRecording(path, transcription, signal) },
    "text/html": { maxBytes: 16 * mebibyte, read: fromBytes(textOfHtml) },
    "text/markdown": { maxBytes: 8 * mebibyte, read: fromBytes(textOfPlain) },
    "text/plain": { maxBytes: 8 * mebibyte, read: fromBytes(textOfPlain) },
  };
  return async (mediaType, path, signal) => {
    const reader = readers[mediaType];
    if (reader === undefined) throw new DocumentRefusal(`no text can be made of ${mediaType}`);
    const { size } = await stat(path).catch(missing);
    if (size > reader.maxBytes)
      throw new DocumentRefusal(
        `the file is larger than the ${reader.maxBytes / mebibyte} MiB that are read of its kind`,
      );
    return checked(await reader.read(path, signal));
  };
}

function checked(text: string): string {
  const clean = text.replaceAll("\0", "").replaceAll(/\p{Cs}/gu, "\ufffd");
  if (clean.trim() === "") throw new DocumentRefusal("there is no text in it; pages that are only pictures have none");
  if (clean.length > maxTextLength)
    throw new DocumentRefusal(
      `its text is longer than ${maxTextLength.toLocaleString("en")} characters; send it in parts`,
    );
  return clean;
}

function missing(cause: unknown): never {
  throw new DocumentRefusal("its file is no longer there", cause);
}
