import { Ollama } from "ollama";
import type { Dependency } from "../base/dependencies.ts";
import { textFrom } from "../base/environment.ts";
import type { Environment } from "../base/environment.ts";
import { HttpError } from "../base/errors.ts";

/** The dimensions of the column `passages.embedding`. */
const dimensions = 768;
const batchSize = 32;
const batchTimeoutMs = 60_000;

export interface Model {
  readonly dependency: Dependency;
  /** A vector for each text, in their order. Rejects with `HttpError` 502 or 503, or when `signal` aborts. */
  embed(purpose: Purpose, texts: readonly string[], signal: AbortSignal): Promise<number[][]>;
}

export type Purpose = "document" | "query";

export function connectModel(env: Environment): Model {
  const host = textFrom(env, "OLLAMA_URL");
  const name = env["EMBEDDING_MODEL"] ?? "nomic-embed-text";
  return {
    dependency: { name: "ollama", check: (signal) => checkModel(clientOf(host, signal), name) },
    embed: async (purpose, texts, signal) => {
      const prefix = prefixOf(name, purpose);
      const vectors: number[][] = [];
      for (let at = 0; at < texts.length; at += batchSize) {
        const input = texts.slice(at, at + batchSize).map((text) => prefix + text);
        const client = clientOf(host, AbortSignal.any([signal, AbortSignal.timeout(batchTimeoutMs)]));
        vectors.push(...(await embedBatch(client, name, input)));
      }
      return vectors;
    },
  };
}

// The client takes no signal of its own for a single call.
function clientOf(host: string, signal: AbortSignal): Ollama {
  return new Ollama({ host, fetch: (url, init) => fetch(url, { ...init, signal }) });
}

// nomic-embed-text is trained to be told what a text is for: https://huggingface.co/nomic-ai/nomic-embed-text-v1.5
function prefixOf(model: string, purpose: Purpose): string {
  return /^nomic-embed-text\b/.test(model) ? `search_${purpose}: ` : "";
}

async function checkModel(client: Ollama, name: string): Promise<void> {
  const { models } = await client.list();
  const isThere = models.some((model) => model.name === name || model.name === `${name}:latest`);
  if (!isThere) throw new Error(`ollama has no model ${name}`);
}

async function embedBatch(client: Ollama, model: string, input: string[]): Promise<number[][]> {
  const { embeddings } = await client.embed({ model, input }).catch(refuse);
  const isRight = embeddings.length === input.length && embeddings.every(({ length }) => length === dimensions);
  if (isRight) return embeddings;
  throw new HttpError(502, "model_failed", `${model} does not give a vector of ${dimensions} numbers for each text`);
}

function refuse(cause: unknown): never {
  const status = cause instanceof Error && "status_code" in cause ? Number(cause.status_code) : undefined;
  if (status === undefined) throw new HttpError(503, "ollama_unavailable", "ollama does not answer", { cause });
  throw new HttpError(502, "ollama_failed", `ollama answered ${status}`, { cause });
}
