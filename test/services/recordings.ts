import { createServer } from "node:http";
import type { Cleanup } from "./cleanup.ts";
import { listen } from "./platform.ts";

/** Transcription that answers when the test says so. */
export interface TranscriberStub {
  readonly url: string;
  /** Answers every request with this; "hang" never does. */
  answer: { readonly status: number; readonly text: string } | "hang";
  /** The forms so far, as they came. */
  readonly forms: string[];
}

export async function startTranscriberStub(cleanup: Cleanup): Promise<TranscriberStub> {
  const server = createServer((request, response) => {
    if (request.url === "/health") return void response.end();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      stub.forms.push(Buffer.concat(chunks).toString("latin1"));
      if (stub.answer === "hang") return;
      response.writeHead(stub.answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ text: stub.answer.text }));
    });
  });
  const stub: TranscriberStub = { url: await listen(cleanup, server), answer: "hang", forms: [] };
  return stub;
}

/** A page with these lines. */
export function pdf(lines: readonly string[]): Buffer {
  const drawn = lines.map((line, index) => `${index === 0 ? "" : "0 -16 Td "}(${line}) Tj`).join(" ");
  const stream = `BT /F1 12 Tf 72 720 Td ${drawn} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let file = "%PDF-1.4\n";
  let table = "0000000000 65535 f \n";
  for (const [index, object] of objects.entries()) {
    table += `${String(file.length).padStart(10, "0")} 00000 n \n`;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const trailer = `trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(`${file}xref\n0 6\n${table}${trailer}`, "latin1");
}
