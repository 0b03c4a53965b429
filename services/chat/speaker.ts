import { OpenAI } from "openai";
import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import { modelFailed } from "../base/model.ts";
import type { Model } from "../base/model.ts";
import type { Line } from "./prompt.ts";

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A bit of an answer; the last one has what it took. */
export interface Piece {
  readonly text: string;
  readonly usage?: Usage;
}

export interface Speaker {
  readonly model: string;
  /** Resolves when the model begins; rejects, then or while it speaks, with `HttpError` 502. */
  speak(prompt: readonly Line[], signal: AbortSignal): Promise<AsyncGenerator<Piece>>;
}

const answerTimeoutMs = 120_000;
const answerTokens = 1_024;

export function speakerOf(model: Model): Speaker {
  const client = new OpenAI(model.client);
  const speak = async (prompt: readonly Line[], left: AbortSignal) => {
    const signal = AbortSignal.any([left, AbortSignal.timeout(answerTimeoutMs)]);
    const streamed = { stream: true, stream_options: { include_usage: true } } as const;
    const request = { model: model.name, messages: [...prompt], max_completion_tokens: answerTokens, ...streamed };
    const chunks = await client.chat.completions.create(request, { signal }).catch((cause: unknown) => {
      throw modelFailed(cause);
    });
    return piecesOf(chunks);
  };
  return { model: model.name, speak };
}

// The client ends the chunks of an aborted call as if the answer were complete; only a reason to finish says that it is.
async function* piecesOf(chunks: AsyncIterable<ChatCompletionChunk>): AsyncGenerator<Piece> {
  let isFinished = false;
  try {
    for await (const { choices, usage } of chunks) {
      isFinished ||= (choices[0]?.finish_reason ?? null) !== null;
      yield { text: choices[0]?.delta.content ?? "", ...(usage && { usage: usageOf(usage) }) };
    }
  } catch (cause) {
    throw modelFailed(cause);
  }
  if (!isFinished) throw modelFailed(new Error("the stream ended before the answer did"));
}

function usageOf(usage: { prompt_tokens: number; completion_tokens: number }): Usage {
  return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
}
