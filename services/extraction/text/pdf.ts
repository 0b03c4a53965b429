import { extractText, getDocumentProxy } from "unpdf";
import { DocumentRefusal } from "./refusal.ts";

/** The text of all pages, with an empty line between them. */
export async function textOfPdf(bytes: Uint8Array): Promise<string> {
  try {
    // Warnings would go to stdout, where the log is.
    const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
    const { text } = await extractText(pdf, { mergePages: false });
    await pdf.loadingTask.destroy();
    return text.join("\n\n");
  } catch (error) {
    throw refusalOf(error);
  }
}

// PDF.js names its errors; those of pages that cannot be read have other names, and are the document's as well.
function refusalOf(error: unknown): DocumentRefusal {
  const isLocked = error instanceof Error && error.name === "PasswordException";
  const message = isLocked ? "the PDF is protected with a password" : "the PDF is damaged";
  return new DocumentRefusal(message, error);
}
