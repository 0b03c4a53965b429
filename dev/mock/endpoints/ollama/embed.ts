import { sendJson } from "../../http/respond.ts";
import { embed as vectorOf } from "../../words/embedding.ts";
import { countTokens, tokensOf } from "../../words/tokens.ts";
import type { Endpoint } from "../endpoint.ts";
import { begin, generated } from "../script.ts";
import { isTexts } from "../vllm/fields.ts";
import { modelFrom, readRequest, refusal, textFrom } from "./body.ts";
import { durations } from "./durations.ts";
import { optionsFrom } from "./options.ts";

/** Several texts (`EmbedHandler` in server/routes.go). What is too long is cut, unless `truncate` is false. */
export const embed: Endpoint = {
  methods: ["POST"],
  path: "/api/embed",
  api: "ollama",
  handle: async (exchange) => {
    const { request, response, store } = exchange;
    const body = await readRequest(request);
    const inputs = inputsFrom(body["input"]);
    const name = textFrom(body, "model");
    const model = modelFrom(name, store.current.models);
    const { contextLength } = optionsFrom(body, store.current);
    const counts = inputs.map(countTokens);
    if (body["truncate"] === false && counts.some((count) => count > contextLength)) {
      throw refusal("input length exceeds maximum context length");
    }
    const script = await begin(exchange, { model, text: inputs.join("\n") });
    if (!(await generated(exchange, script))) return;
    const { dimensions: own } = store.current;
    const wanted = typeof body["dimensions"] === "number" ? body["dimensions"] : 0;
    const dimensions = wanted > 0 && wanted < own ? wanted : own;
    const embeddings = inputs.map((input) => [
      ...vectorOf(tokensOf(input).slice(0, contextLength).join(""), dimensions),
    ]);
    const promptTokens = counts.reduce((sum, count) => sum + Math.min(count, contextLength), 0);
    const { total_duration, load_duration } = durations(promptTokens, 0, store.current);
    sendJson(
      response,
      200,
      { model: name, embeddings, total_duration, load_duration, prompt_eval_count: promptTokens },
      "ollama",
    );
  },
};

/** One text, the older way (`EmbeddingsHandler`). */
export const embeddings: Endpoint = {
  methods: ["POST"],
  path: "/api/embeddings",
  api: "ollama",
  handle: async (exchange) => {
    const { request, response, store } = exchange;
    const body = await readRequest(request);
    const name = textFrom(body, "model");
    if (name === "") throw refusal("model is required");
    const model = modelFrom(
      name,
      store.current.models,
      `model ${JSON.stringify(name)} not found, try pulling it first`,
    );
    const prompt = textFrom(body, "prompt");
    const script = await begin(exchange, { model, text: prompt });
    if (!(await generated(exchange, script))) return;
    const embedding = prompt === "" ? [] : [...vectorOf(prompt, store.current.dimensions)];
    sendJson(response, 200, { embedding }, "ollama");
  },
};

function inputsFrom(input: unknown): string[] {
  if (input === undefined || input === null || input === "") return [];
  if (typeof input === "string") return [input];
  if (isTexts(input)) return input;
  throw refusal("invalid input type");
}
