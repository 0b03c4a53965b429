import { sse, sseDone } from "../../http/stream.ts";
import type { Frame } from "../../http/stream.ts";
import { createdAtSeconds } from "../../words/fingerprint.ts";
import { eachToken, tokensOf } from "../../words/tokens.ts";
import { usage } from "./answer.ts";
import type { Choice, Completion } from "./answer.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatLogprobs } from "./logprobs.ts";

/**
 * The role of each choice, its tokens, the usage if asked for, `[DONE]` (`chat_completion_stream_generator` in
 * vllm/entrypoints/openai/serving_chat.py). vLLM leaves out what it did not set; the reason to finish comes with the
 * last token, not after it. Choices are interleaved, a token of each in turn, as a batch gives them.
 */
export function* chatFrames(
  { model, promptTokens, topLogprobs, sampling }: ChatRequest,
  completion: Completion,
): Iterable<Frame> {
  const head = { id: completion.id, object: "chat.completion.chunk", created: createdAtSeconds, model };
  let sent = 0;
  const soFar = (tokens: number) => {
    sent += tokens;
    return sampling.continuousUsage ? { usage: usage(promptTokens, sent) } : {};
  };
  for (const { index } of completion.choices) {
    yield sse({
      ...head,
      choices: [{ index, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null }],
      prompt_token_ids: null,
      ...soFar(0),
    });
  }
  for (const delta of interleaved(completion.choices.map((choice) => deltasOf(choice, topLogprobs)))) {
    yield sse({ ...head, choices: [delta], ...soFar(1) }, true);
  }
  if (sampling.includeUsage) yield sse({ ...head, choices: [], usage: completion.usage });
  yield sseDone;
}

interface Delta {
  readonly index: number;
  readonly delta: object;
  readonly logprobs: object | null;
  readonly finish_reason: string | null;
  readonly stop_reason?: string | null;
  readonly token_ids: null;
}

function* deltasOf(choice: Choice, topLogprobs: number | undefined): Generator<Delta, undefined> {
  const { index, text, tokenCount, calls, finishReason, stopReason } = choice;
  const called = calls.flatMap(callParts);
  const tokens = eachToken(text)[Symbol.iterator]();
  const count = Math.max(1, calls.length > 0 ? called.length + 1 : tokenCount);
  for (let position = 0; position < count; position++) {
    const token = tokens.next().value;
    const isLast = position === count - 1;
    yield {
      index,
      delta: called[position] ?? { content: token ?? "" },
      logprobs: topLogprobs === undefined || token === undefined ? null : chatLogprobs([token], topLogprobs, position),
      finish_reason: isLast ? finishReason : null,
      ...(isLast && { stop_reason: stopReason }),
      token_ids: null,
    };
  }
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

function* interleaved(lists: readonly Iterator<Delta, undefined>[]): Iterable<Delta> {
  let open = lists;
  while (open.length > 0) {
    const round = open.map((list) => ({ list, value: list.next().value }));
    for (const { value } of round) if (value !== undefined) yield value;
    open = round.flatMap(({ list, value }) => (value === undefined ? [] : [list]));
  }
}
