import { sample } from "../schema/sample.ts";
import { shared, topicsOf } from "../words/words.ts";
import { answerTo } from "./answer.ts";
import { questionOf } from "./conversation.ts";
import type { Conversation, Format, Reply } from "./conversation.ts";
import { callFor } from "./tools.ts";
import type { Rule } from "../settings/settings.ts";

/** What the mock replies: what a rule says, else a tool's call, else words in the format that was asked for. */
export function replyTo(conversation: Conversation, rule: Rule | undefined, seed: string): Reply {
  if (rule?.answer !== undefined) return { text: rule.answer };
  if (rule?.toolCalls !== undefined) return { calls: rule.toolCalls };
  const answer = answerTo(conversation.messages, seed);
  const call = callFor(conversation, answer);
  if (call !== undefined) return { calls: [call] };
  return { text: formatted(conversation.format, questionOf(conversation.messages), answer) };
}

function formatted(format: Format, question: string, answer: string): string {
  if (format === "text") return answer;
  if (format === "json") return JSON.stringify({ answer });
  if ("choices" in format) return mostAlike(format.choices, question);
  return JSON.stringify(sample(format.schema, { question, answer }));
}

function mostAlike(choices: readonly string[], question: string): string {
  const asked = topicsOf(question);
  const scores = choices.map((choice) => shared(topicsOf(choice), asked));
  return choices[scores.indexOf(Math.max(...scores))] ?? "";
}
