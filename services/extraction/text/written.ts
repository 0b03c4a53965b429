import { isUtf8 } from "node:buffer";
import { compile } from "html-to-text";
import { extractText, getDocumentProxy } from "unpdf";
import { HttpError } from "../../base/errors.ts";

/** Why no text can be made of a document, for whoever sent it: trying again would change nothing. */
export const unreadable = (message: string, cause?: unknown) => new HttpError(422, "unreadable", message, { cause });

/** The text of a PDF, of HTML, or of a text in whatever encoding. */
export async function written(mediaType: string, bytes: Uint8Array): Promise<string> {
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
