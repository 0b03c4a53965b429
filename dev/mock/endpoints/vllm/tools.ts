import { isObject } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";
import { invalidRequest } from "../../http/errors.ts";
import type { Tool, ToolChoice } from "../../reply/conversation.ts";

/** The tools of a request; Ollama's have the same shape. */
export function toolsFrom(tools: unknown): Tool[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw invalidRequest("tools: Input should be a valid list");
  return tools.map((tool: unknown) => {
    const definition = isObject(tool) ? tool["function"] : undefined;
    if (!isObject(definition) || typeof definition["name"] !== "string") {
      throw invalidRequest("tools.function.name: Field required");
    }
    const { name, description, parameters } = definition;
    return {
      name,
      description: typeof description === "string" ? description : "",
      parameters: isObject(parameters) ? parameters : { type: "object" },
    };
  });
}

/** `check_tool_usage` of `ChatCompletionRequest` in vllm/entrypoints/openai/protocol.py, its words included. */
export function toolChoiceFrom(
  { tool_choice: choice }: JsonObject,
  tools: readonly Tool[],
  isGiven: boolean,
): ToolChoice {
  if (choice === undefined || choice === null) return tools.length > 0 ? "auto" : "none";
  if (choice === "none") return "none";
  if (!isGiven) throw invalidRequest("When using `tool_choice`, `tools` must be set.");
  if (choice === "auto") return choice;
  if (choice === "required") return tools.length > 0 ? choice : "none";
  if (!isObject(choice)) {
    throw invalidRequest(
      `Invalid value for \`tool_choice\`: ${JSON.stringify(choice)}! Only named tools, "none", "auto" or "required" are supported.`,
    );
  }
  return named(choice, tools);
}

function named(choice: JsonObject, tools: readonly Tool[]): ToolChoice {
  const usage = 'Correct usage: `{"type": "function", "function": {"name": "my_function"}}`';
  const definition = choice["function"];
  if (!isObject(definition)) throw invalidRequest(`Invalid value for \`function\` in \`tool_choice\`! ${usage}`);
  const { name } = definition;
  if (typeof name !== "string")
    throw invalidRequest(`Expected field \`name\` in \`function\` in \`tool_choice\`! ${usage}`);
  if (tools.some((tool) => tool.name === name)) return { name };
  throw invalidRequest("The tool specified in `tool_choice` does not match any of the specified `tools`");
}
