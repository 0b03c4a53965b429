import { isObject } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";
import { invalidRequest } from "../../http/errors.ts";
import type { Format } from "../../reply/conversation.ts";
import { isTexts } from "./fields.ts";

/** `response_format`, or vLLM's own `guided_json` and `guided_choice`. */
export function formatFrom(body: JsonObject): Format {
  const { response_format: format, guided_json: guided, guided_choice: choices } = body;
  if (isTexts(choices) && choices.length > 0) return { choices };
  if (isObject(guided)) return { schema: guided };
  if (format === undefined || format === null) return "text";
  const type = isObject(format) ? format["type"] : undefined;
  if (type === "text") return "text";
  if (type === "json_object") return "json";
  if (type === "json_schema") return schemaOf(format as JsonObject);
  throw invalidRequest("response_format.type: Input should be 'text', 'json_object' or 'json_schema'");
}

function schemaOf({ json_schema: given }: JsonObject): Format {
  if (!isObject(given) || typeof given["name"] !== "string") {
    throw invalidRequest("response_format.json_schema.name: Field required");
  }
  return { schema: given["schema"] ?? true };
}
