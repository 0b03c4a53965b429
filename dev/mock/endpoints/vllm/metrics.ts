import { sendText } from "../../http/respond.ts";
import type { Endpoint } from "../endpoint.ts";

/** What it did, in Prometheus' format and under vLLM's names. */
export const metrics: Endpoint = {
  methods: ["GET"],
  path: "/metrics",
  api: "vllm",
  handle: ({ response, store, metrics: counted }) => {
    const { models, maxModelLen } = store.current;
    sendText(response, 200, counted.text(models, maxModelLen), "text/plain; version=0.0.4; charset=utf-8");
  },
};
