import { createdAtSeconds, fingerprint } from "../../words/fingerprint.ts";
import { sendJson } from "../../http/respond.ts";
import type { Endpoint } from "../endpoint.ts";
import { begin } from "../script.ts";

/** The models as vLLM lists them (`ModelList` in vllm/entrypoints/openai/protocol.py). */
export const models: Endpoint = {
  methods: ["GET"],
  path: "/v1/models",
  api: "vllm",
  handle: async (exchange) => {
    await begin(exchange, {});
    const { models: names, maxModelLen } = exchange.store.current;
    sendJson(exchange.response, 200, { object: "list", data: names.map((name) => card(name, maxModelLen)) });
  },
};

function card(name: string, maxModelLen: number) {
  return {
    id: name,
    object: "model",
    created: createdAtSeconds,
    owned_by: "vllm",
    root: name,
    parent: null,
    max_model_len: maxModelLen,
    permission: [permission(name)],
  };
}

function permission(name: string) {
  return {
    id: `modelperm-${fingerprint(name).slice(0, 32)}`,
    object: "model_permission",
    created: createdAtSeconds,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: true,
    allow_search_indices: false,
    allow_view: true,
    allow_fine_tuning: false,
    organization: "*",
    group: null,
    is_blocking: false,
  };
}
