import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import type { Environment } from "../base/environment.ts";

/** A chat model behind the OpenAI API. */
export interface Model {
  readonly name: string;
  /** The model's answer; rejects when there is none. */
  ask(question: string): Promise<string>;
  /** Resolves when the server lists its models. */
  check(signal: AbortSignal): Promise<void>;
}

/** `MODEL_URL` (`http://…/v1`), `MODEL_NAME`, `MODEL_TIMEOUT_MS` (20000: within the time a stopping service has). */
export function connectModel(env: Environment): Model {
  const url = textFrom(env, "MODEL_URL").replace(/\/+$/, "");
  const name = textFrom(env, "MODEL_NAME");
  const timeoutMs = wholeNumberFrom(env, "MODEL_TIMEOUT_MS", 20_000);
  return {
    name,
    ask: (question) => complete(url, name, question, AbortSignal.timeout(timeoutMs)),
    check: async (signal) => {
      const response = await fetch(`${url}/models`, { signal });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the model server answered ${response.status}`);
    },
  };
}

async function complete(url: string, model: string, question: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: question }] }),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the model server answered ${response.status}: ${text.slice(0, 500)}`);
  const content = contentOf(JSON.parse(text));
  if (typeof content !== "string") throw new Error("the model server answered without content");
  return content;
}

interface Completion {
  choices?: { message?: { content?: unknown } }[];
}

function contentOf(completion: Completion | null): unknown {
  return completion?.choices?.[0]?.message?.content;
}
