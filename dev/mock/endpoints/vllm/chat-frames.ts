import { sse, sseDone } from "../../http/stream.ts";
import type { Frame } from "../../http/stream.ts";
import { createdAtSeconds } from "../../words/fingerprint.ts";
import { tokensOf } from "../../words/tokens.ts";
import { usage } from "./answer.ts";
import type { Choice, Completion } from "./answer.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatLogprobs } from "./logprobs.ts";

/**
 * The role of each choice, its tokens, the usage if asked for, `[DONE]` (`chat_completion_stream_generator` in
 * vllm/entrypoints/openai/serving_chat.py). vLLM leaves out what it did not set; the reason to finish comes with the
 * last token, not after it. Choices are interleaved, a token of each in turn, as a batch gives them.
 */
export function chatFrames(
  { model, promptTokens, topLogprobs, sampling }: ChatRequest,
  completion: Completion,
): Frame[] {
  const head = { id: completion.id, object: "chat.completion.chunk", created: createdAtSeconds, model };
  const deltas = interleaved(completion.choices.map((choice) => deltasOf(choice, topLogprobs)));
  let sent = 0;
  const soFar = (tokens: number) => {
    sent += tokens;
    return sampling.continuousUsage ? { usage: usage(promptTokens, sent) } : {};
  };
  const openings = completion.choices.map(({ index }) =>
    sse({
      ...head,
      choices: [{ index, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null }],
      prompt_token_ids: null,
      ...soFar(0),
    }),
  );
  const chunks = deltas.map((choice) => sse({ ...head, choices: [choice], ...soFar(1) }, true));
  const last = sampling.includeUsage ? [sse({ ...head, choices: [], usage: completion.usage })] : [];
  return [...openings, ...chunks, ...last, sseDone];
}

interface Delta {
  readonly index: number;
  readonly delta: object;
}

function deltasOf(choice: Choice, topLogprobs: number | undefined): Delta[] {
  const { index, tokens, calls, finishReason, stopReason } = choice;
  const parts =
    calls.length > 0
      ? [...calls.flatMap(callParts), { content: "" }]
      : tokens.length > 0
        ? tokens.map((content) => ({ content }))
        : [{ content: "" }];
  return parts.map((delta, position) => {
    const token = tokens[position];
    const logprobs =
      topLogprobs === undefined || token === undefined ? null : chatLogprobs([token], topLogprobs, position);
    const isLast = position === parts.length - 1;
    return {
      index,
      delta,
      logprobs,
      finish_reason: isLast ? finishReason : null,
      ...(isLast && { stop_reason: stopReason }),
      token_ids: null,
    };
  });
}

// First who is called, then with what, piece by piece.
function callParts(call: Choice["calls"][number], index: number): object[] {
  const { id, name } = call;
  const pieces = tokensOf(JSON.stringify(call.arguments));
  return [
    { tool_calls: [{ id, type: "function", index, function: { name, arguments: "" } }] },
    ...pieces.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ];
}

function interleaved(lists: readonly (readonly Delta[])[]): Delta[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, position) => lists.flatMap((list) => list[position] ?? [])).flat();
}
