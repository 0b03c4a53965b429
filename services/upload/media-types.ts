import { extname } from "node:path";

/** What extraction makes text of, by the ending of a file's name. */
const byExtension: Readonly<Record<string, string>> = {
  ".htm": "text/html",
  ".html": "text/html",
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".pdf": "application/pdf",
  ".txt": "text/plain",
  ".wav": "audio/wav",
};

export const acceptedExtensions: readonly string[] = Object.keys(byExtension);

/** The media type that the name promises; undefined when nothing can be made of it. */
export function mediaTypeOf(name: string): string | undefined {
  return byExtension[extname(name).toLowerCase()];
}

/** Whether a file that begins with these bytes (1,024 are enough) is what its media type says. */
export function looksLike(mediaType: string, head: Buffer): boolean {
  switch (mediaType) {
    case "application/pdf":
      // Readers look for it in the first kilobyte (ISO 32000-2, annex H).
      return head.includes("%PDF-");
    case "audio/wav":
      return head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WAVE";
    default:
      // A text has no NUL, unless it is UTF-16, which says so with its first two bytes.
      return !head.includes(0) || /^(\xff\xfe|\xfe\xff)/.test(head.toString("latin1", 0, 2));
  }
}
