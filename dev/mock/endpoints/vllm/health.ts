import type { Endpoint } from "../endpoint.ts";
import { begin } from "../script.ts";

/** 200 without a body, as vLLM answers (`health` in vllm/entrypoints/openai/api_server.py). A rule may name its path. */
export const health: Endpoint = {
  methods: ["GET"],
  path: "/health",
  api: "vllm",
  handle: async (exchange) => {
    await begin(exchange, {});
    exchange.response.writeHead(200, { "content-length": 0 }).end();
  },
};
