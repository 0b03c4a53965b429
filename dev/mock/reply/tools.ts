import { isObject } from "../http/body.ts";
import { sample } from "../schema/sample.ts";
import { shared, spacedName, topicsOf } from "../words/words.ts";
import { questionOf } from "./conversation.ts";
import type { Call, Conversation, Tool } from "./conversation.ts";

/**
 * The call that a conversation asks for; none when it may answer in words. `auto` calls the tool that shares most words
 * with the question, unless a tool has answered already: so loops end. A named tool and `required` are always called.
 */
export function callFor(conversation: Conversation, answer: string): Call | undefined {
  const question = questionOf(conversation.messages);
  const tool = chosen(conversation, question);
  if (tool === undefined) return undefined;
  const given = sample(tool.parameters, { question, answer });
  return { name: tool.name, arguments: isObject(given) ? given : {} };
}

function chosen({ tools, toolChoice, messages }: Conversation, question: string): Tool | undefined {
  if (toolChoice === "none") return undefined;
  if (typeof toolChoice === "object") return tools.find(({ name }) => name === toolChoice.name);
  const best = mostAlike(tools, question);
  if (toolChoice === "required") return best ?? tools[0];
  return messages.at(-1)?.role === "tool" ? undefined : best;
}

function mostAlike(tools: readonly Tool[], question: string): Tool | undefined {
  const asked = topicsOf(question);
  const scores = tools.map((tool) => shared(topicsOf(wordsOf(tool)), asked));
  const most = Math.max(0, ...scores);
  return most === 0 ? undefined : tools[scores.indexOf(most)];
}

function wordsOf({ name, description, parameters }: Tool): string {
  const properties = isObject(parameters["properties"]) ? parameters["properties"] : {};
  const described = Object.entries(properties).map(([key, value]) =>
    isObject(value) && typeof value["description"] === "string"
      ? `${spacedName(key)} ${value["description"]}`
      : spacedName(key),
  );
  return [spacedName(name), description, ...described].join(" ");
}
