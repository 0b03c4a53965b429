import { badRequest } from "../../http/errors.ts";

/**
 * How long a recording plays, in seconds. Of a RIFF/WAVE file: the bytes of its `data` chunk by the byte rate of its
 * `fmt ` chunk (http://soundfile.sapp.org/doc/WaveFormat/). Of anything else, which would have to be decoded: as if it
 * were 128 kbit/s. Throws where a WAV file is broken.
 */
export function secondsOf(bytes: Buffer): number {
  if (bytes.length === 0) throw unreadable();
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    return bytes.length / 16_000;
  let byteRate = 0;
  for (const { id, from, size } of chunksOf(bytes)) {
    if (id === "fmt " && size >= 16 && from + 16 <= bytes.length) byteRate = bytes.readUInt32LE(from + 8);
    if (id === "data" && byteRate > 0) return Math.min(size, bytes.length - from) / byteRate;
  }
  throw unreadable();
}

// A chunk begins at an even place. A size that a stream could not know yet is greater than the file.
function chunksOf(bytes: Buffer): { id: string; from: number; size: number }[] {
  const chunks: { id: string; from: number; size: number }[] = [];
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    chunks.push({ id: bytes.toString("latin1", at, at + 4), from: at + 8, size });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

function unreadable() {
  return badRequest("Invalid or unsupported audio file.");
}
