import { Ollama } from "ollama";
import type { ChatResponse, Message } from "ollama";
import type { SentEvent } from "../base/events.ts";
import { modelFailed } from "../base/model.ts";

const answerTimeoutMs = 120_000;

/** `delta` as often as the model speaks, `done`. Rejects with `HttpError` 502 when it fails. */
export async function* talk(
  url: string,
  model: string,
  messages: readonly Message[],
  left: AbortSignal,
): AsyncGenerator<SentEvent> {
  const ollama = clientOf(url, AbortSignal.any([left, AbortSignal.timeout(answerTimeoutMs)]));
  try {
    for await (const part of await ollama.chat({ model, messages: [...messages], stream: true })) {
      if (part.message.content !== "") yield { event: "delta", data: { text: part.message.content } };
      if (part.done) yield { event: "done", data: { model, usage: usageOf(part) } };
    }
  } catch (cause) {
    throw modelFailed(cause);
  }
}

// A client for each call, because its own `abort` can only end a stream that has begun, and a model may take minutes to load.
function clientOf(host: string, signal: AbortSignal): Ollama {
  const fetchUntil: typeof fetch = async (input, init) => {
    const signals = init?.signal ? [signal, init.signal] : [signal];
    const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
    // Refused here, because the client would print words to stdout, where the log's JSON lines go.
    if (!response.ok) throw new Error(`${response.status}: ${(await response.text()).slice(0, 500)}`);
    return response;
  };
  return new Ollama({ host, fetch: fetchUntil });
}

function usageOf({ prompt_eval_count, eval_count }: ChatResponse) {
  // Left out by Ollama when the whole prompt was in its cache.
  return { promptTokens: prompt_eval_count ?? 0, completionTokens: eval_count ?? 0 };
}
