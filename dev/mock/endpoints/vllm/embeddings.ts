import type { JsonObject } from "../../http/body.ts";
import { badRequest, invalidRequest } from "../../http/errors.ts";
import { sendJson } from "../../http/respond.ts";
import { base64Of, embed } from "../../words/embedding.ts";
import { createdAtSeconds, fingerprint } from "../../words/fingerprint.ts";
import { countTokens } from "../../words/tokens.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Endpoint } from "../endpoint.ts";
import { begin, generated } from "../script.ts";
import { readRequest } from "./body.ts";
import { inputsFrom } from "./completion-request.ts";
import { modelFrom, wholeFrom } from "./fields.ts";
import { messagesFrom } from "./messages.ts";

/** Embeddings of texts, tokens or messages (`EmbeddingResponse` in vllm/entrypoints/openai/protocol.py). */
export const embeddings: Endpoint = {
  methods: ["POST"],
  path: "/v1/embeddings",
  api: "vllm",
  handle: async (exchange) => {
    const body = await readRequest(exchange.request);
    const { model, inputs, promptTokens, dimensions, isBase64 } = requestFrom(body, exchange.store.current);
    const script = await begin(exchange, { model, text: inputs.join("\n") });
    if (!(await generated(exchange, script))) return;
    sendJson(exchange.response, 200, {
      id: `embd-${fingerprint(body).slice(0, 32)}`,
      object: "list",
      created: createdAtSeconds,
      model,
      data: inputs.map((input, index) => {
        const vector = embed(input, dimensions);
        return { index, object: "embedding", embedding: isBase64 ? base64Of(vector) : [...vector] };
      }),
      usage: {
        prompt_tokens: promptTokens,
        total_tokens: promptTokens,
        completion_tokens: 0,
        prompt_tokens_details: null,
      },
    });
  },
};

function requestFrom(body: JsonObject, settings: Settings) {
  const { encoding_format: format = "float", messages, input } = body;
  if (format !== "float" && format !== "base64")
    throw invalidRequest("encoding_format: Input should be 'float' or 'base64'");
  const inputs =
    messages === undefined
      ? inputsFrom(input, "input")
      : [
          messagesFrom(messages)
            .map(({ text }) => text)
            .join("\n"),
        ];
  const model = modelFrom(body, settings.models);
  const counts = inputs.map(countTokens);
  checkLengths(counts, settings.maxModelLen);
  return {
    model,
    inputs,
    promptTokens: counts.reduce((sum, count) => sum + count, 0),
    dimensions: dimensionsFrom(body, settings.dimensions),
    isBase64: format === "base64",
  };
}

// A model that was trained to have its vectors cut takes fewer, never more than it has.
function dimensionsFrom(body: JsonObject, most: number): number {
  const wanted = wholeFrom(body, "dimensions", 1) ?? most;
  if (wanted <= most) return wanted;
  throw badRequest(`dimensions must be at most ${most}, got ${wanted}.`);
}

function checkLengths(counts: readonly number[], maxModelLen: number): void {
  const tooLong = counts.find((count) => count > maxModelLen);
  if (tooLong === undefined) return;
  throw badRequest(
    `This model's maximum context length is ${maxModelLen} tokens. However, you requested ${tooLong} tokens in the input for embedding generation. Please reduce the length of the input.`,
  );
}
