import { Ollama } from "ollama";
import { textFrom } from "../base/environment.ts";
import type { Environment } from "../base/environment.ts";
import { failModel } from "../base/model.ts";

/** A vector for each text, as pgvector reads it. Rejects with `HttpError` 502, also when `left` aborts. */
export type Embed = (purpose: "document" | "query", texts: string[], left: AbortSignal) => Promise<string[]>;

const batchSize = 32;
const batchTimeoutMs = 60_000;

export function connectModel(env: Environment) {
  const host = textFrom(env, "OLLAMA_URL");
  const model = env["EMBEDDING_MODEL"] ?? "nomic-embed-text";
  // nomic-embed-text is trained to be told what a text is for: https://huggingface.co/nomic-ai/nomic-embed-text-v1.5
  const prefix = (purpose: string) => (model.startsWith("nomic-embed-text") ? `search_${purpose}: ` : "");
  // The client takes no signal of its own for a single call.
  const until = (signal: AbortSignal) => new Ollama({ host, fetch: (url, init) => fetch(url, { ...init, signal }) });
  const check = async (signal: AbortSignal) => {
    const names = (await until(signal).list()).models.map(({ name }) => name);
    if (!names.includes(model) && !names.includes(`${model}:latest`)) throw new Error(`ollama has no model ${model}`);
  };
  const embed: Embed = async (purpose, texts, left) => {
    const vectors: string[] = [];
    for (let at = 0; at < texts.length; at += batchSize) {
      const input = texts.slice(at, at + batchSize).map((text) => prefix(purpose) + text);
      const ollama = until(AbortSignal.any([left, AbortSignal.timeout(batchTimeoutMs)]));
      const { embeddings } = await ollama.embed({ model, input }).catch(failModel);
      vectors.push(...embeddings.map((vector) => JSON.stringify(vector)));
    }
    return vectors;
  };
  return { dependency: { name: "ollama", check }, embed };
}
