import { badRequest } from "../../http/errors.ts";
import type { UploadedFile } from "../../http/form.ts";

/**
 * How long a recording plays, in seconds. Of a RIFF/WAVE file: the bytes of its `data` chunk by the byte rate of its
 * `fmt ` chunk (http://soundfile.sapp.org/doc/WaveFormat/). Of anything else, which would have to be decoded: as if it
 * were 128 kbit/s. Throws where a WAV file is broken. `head`: its first bytes, in which both chunks have to begin.
 */
export function secondsOf({ head, size: fileSize }: Pick<UploadedFile, "head" | "size">): number {
  if (fileSize === 0) throw unreadable();
  if (head.toString("latin1", 0, 4) !== "RIFF" || head.toString("latin1", 8, 12) !== "WAVE") return fileSize / 16_000;
  let byteRate = 0;
  for (const { id, from, size } of chunksOf(head)) {
    if (id === "fmt " && size >= 16 && from + 16 <= head.length) byteRate = head.readUInt32LE(from + 8);
    if (id === "data" && byteRate > 0) return Math.min(size, fileSize - from) / byteRate;
  }
  throw unreadable();
}

// A chunk begins at an even place. A size that a stream could not know yet is greater than the file.
function chunksOf(head: Buffer): { id: string; from: number; size: number }[] {
  const chunks: { id: string; from: number; size: number }[] = [];
  for (let at = 12; at + 8 <= head.length;) {
    const size = head.readUInt32LE(at + 4);
    chunks.push({ id: head.toString("latin1", at, at + 4), from: at + 8, size });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

function unreadable() {
  return badRequest("Invalid or unsupported audio file.");
}
