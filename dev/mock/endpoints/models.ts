import { createdAtSeconds, fingerprint } from "../answer.ts";
import { sendJson } from "../respond.ts";
import type { Endpoint } from "./endpoint.ts";

/** The models as vLLM lists them (`ModelList` in vllm/entrypoints/openai/models/protocol.py). */
export const models: Endpoint = {
  method: "GET",
  path: "/v1/models",
  handle: ({ response, options }) => {
    sendJson(response, 200, { object: "list", data: options.models.map(card) });
  },
};

function card(name: string) {
  return {
    id: name,
    object: "model",
    created: createdAtSeconds,
    owned_by: "vllm",
    root: name,
    parent: null,
    max_model_len: 8192,
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
