import { sendJson } from "../../http/respond.ts";
import { ndjson, ndjsonType, sendFrames } from "../../http/stream.ts";
import type { Frame } from "../../http/stream.ts";
import { cut } from "../../reply/cut.ts";
import type { Cut } from "../../reply/cut.ts";
import type { Call, Conversation } from "../../reply/conversation.ts";
import { questionOf } from "../../reply/conversation.ts";
import { replyTo } from "../../reply/reply.ts";
import type { Rule } from "../../settings/settings.ts";
import { fingerprint } from "../../words/fingerprint.ts";
import { countTokens, eachToken } from "../../words/tokens.ts";
import type { Exchange } from "../endpoint.ts";
import { measured } from "../measured.ts";
import { begin, generated } from "../script.ts";
import { durations } from "./durations.ts";
import type { Options } from "./options.ts";

export interface Generation {
  readonly model: string;
  readonly conversation: Conversation;
  readonly options: Options;
  readonly stream: boolean;
  /** All that the answer may depend on. */
  readonly identity: unknown;
  /** A message of the answer: a piece of it, or with the last all that `end` says. */
  frame(content: string, calls: readonly Call[]): object;
  /** What only the last message has. */
  end(answer: string): object;
}

/** Answers whole, or line by line; the last line says why it ended and what it took. */
export async function generate(exchange: Exchange, generation: Generation): Promise<void> {
  const { model, conversation, options, stream } = generation;
  await measured(exchange, model, async (started) => {
    const script = await begin(exchange, { model, text: questionOf(conversation.messages) });
    const { text, tokenCount, calls, finishReason } = answerTo(generation, script.rule);
    const prompt = conversation.messages.reduce((sum, { text }) => sum + countTokens(text), 0);
    const promptTokens = Math.min(prompt, options.contextLength);
    const count = calls.reduce((sum, call) => sum + countTokens(JSON.stringify(call)), tokenCount);
    started({ promptTokens, generationTokens: count, reasons: [finishReason] });
    const pace = { ...exchange.store.current, ...script.rule };
    const done = {
      done: true,
      done_reason: finishReason,
      ...generation.end(text),
      ...durations(promptTokens, count, pace),
    };
    if (!stream) {
      if (!(await generated(exchange, script, count))) return;
      sendJson(exchange.response, 200, { ...generation.frame(text, calls), ...done }, "ollama");
      return;
    }
    await sendFrames(exchange.response, ndjsonType, framesOf(generation, { text, calls, done }), script.pace);
  });
}

function* framesOf(
  generation: Generation,
  { text, calls, done }: Pick<Cut, "text"> & { calls: readonly Call[]; done: object },
): Iterable<Frame> {
  for (const token of eachToken(text)) yield ndjson({ ...generation.frame(token, []), done: false }, true);
  if (calls.length > 0) yield ndjson({ ...generation.frame("", calls), done: false }, true);
  yield ndjson({ ...generation.frame("", []), ...done });
}

function answerTo(
  generation: Generation,
  rule: Rule | undefined,
): Omit<Cut, "stopReason"> & { calls: readonly Call[] } {
  const reply = replyTo(generation.conversation, rule, fingerprint(generation.identity));
  if ("calls" in reply) return { text: "", tokenCount: 0, calls: reply.calls, finishReason: "stop" };
  return { ...cut(reply.text, generation.options), calls: [] };
}
