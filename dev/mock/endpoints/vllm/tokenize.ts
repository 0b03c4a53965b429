import { invalidRequest } from "../../http/errors.ts";
import { sendJson } from "../../http/respond.ts";
import { idOf, textOf, tokensOf } from "../../words/tokens.ts";
import type { Endpoint } from "../endpoint.ts";
import { readRequest } from "./body.ts";
import { flagFrom, isIds, modelFrom } from "./fields.ts";
import { messagesFrom } from "./messages.ts";

/** `TokenizeRequest`: a prompt, or messages (vllm/entrypoints/openai/serving_tokenization.py). Counts agree with `usage`. */
export const tokenize: Endpoint = {
  methods: ["POST"],
  path: "/tokenize",
  api: "vllm",
  handle: async ({ request, response, store }) => {
    const body = await readRequest(request);
    modelFrom(body, store.current.models);
    const tokens = textsOf(body["prompt"], body["messages"]).flatMap(tokensOf);
    sendJson(response, 200, {
      count: tokens.length,
      max_model_len: store.current.maxModelLen,
      tokens: tokens.map(idOf),
      token_strs: flagFrom(body, "return_token_strs") ? tokens : null,
    });
  },
};

export const detokenize: Endpoint = {
  methods: ["POST"],
  path: "/detokenize",
  api: "vllm",
  handle: async ({ request, response, store }) => {
    const body = await readRequest(request);
    modelFrom(body, store.current.models);
    const { tokens } = body;
    if (!isIds(tokens)) throw invalidRequest("tokens: Input should be a valid list of integers");
    sendJson(response, 200, { prompt: textOf(tokens) });
  },
};

function textsOf(prompt: unknown, messages: unknown): string[] {
  if (typeof prompt === "string") return [prompt];
  if (messages === undefined) throw invalidRequest("prompt: Field required");
  return messagesFrom(messages).map(({ text }) => text);
}
