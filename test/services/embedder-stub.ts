import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Cleanup } from "./cleanup.ts";
import { listen } from "./platform.ts";
import { bodyOf } from "./stubs.ts";

/** Ollama's part that embedding uses, with a switch for each way to fail. */
export interface EmbedderStub {
  readonly url: string;
  /** The inputs of the requests so far. */
  readonly inputs: string[][];
  models: string[];
  dimensions: number;
  /** Answers with it instead, unless it is 200; "hang" never answers. */
  status: number | "hang";
  /** How many requests their clients gave up. */
  abandoned: number;
}

export async function startEmbedderStub(cleanup: Cleanup): Promise<EmbedderStub> {
  const server = createServer((request, response) => {
    if (request.url === "/api/tags")
      return void response.end(JSON.stringify({ models: stub.models.map((name) => ({ name })) }));
    response.once("close", () => {
      if (!response.writableFinished) stub.abandoned += 1;
    });
    void bodyOf(request).then((body) => {
      const { input } = body as { input: string[] };
      stub.inputs.push(input);
      if (stub.status === "hang") return;
      const embeddings = input.map((text) => embed(text, stub.dimensions));
      response.writeHead(stub.status, { "content-type": "application/json" });
      response.end(JSON.stringify(stub.status === 200 ? { embeddings } : { error: "the stub fails" }));
    });
  });
  const stub = {
    url: await listen(cleanup, server),
    inputs: [] as string[][],
    models: ["nomic-embed-text:latest"],
    dimensions: 768,
    status: 200 as number | "hang",
    abandoned: 0,
  };
  return stub;
}

// Texts that share words are near each other: each word adds one at the place that its hash names.
function embed(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const place = createHash("sha256").update(word).digest().readUInt32LE() % dimensions;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  return vector;
}
