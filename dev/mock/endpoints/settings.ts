import { ApiError } from "../http/errors.ts";
import { readObject } from "../http/body.ts";
import { sendJson } from "../http/respond.ts";
import { SettingsError } from "../settings/check.ts";
import type { Endpoint, Exchange } from "./endpoint.ts";

/**
 * The settings as they are (GET), some of them changed (PATCH: `{"latencyMs": 200}`; null: back to the start), all of
 * them as at the start (DELETE). Each answers with the settings that hold from now on.
 */
export const settings: Endpoint = {
  methods: ["GET", "PATCH", "DELETE"],
  path: "/mock/settings",
  api: "vllm",
  handle: async (exchange) => {
    const { request, response, store } = exchange;
    if (request.method === "DELETE") store.reset();
    if (request.method === "PATCH") await change(exchange);
    sendJson(response, 200, store.current);
  },
};

async function change({ request, store }: Exchange): Promise<void> {
  const patch = await readObject(request);
  try {
    store.change(patch);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new ApiError(400, error.code, `${error.where} ${error.message}. ${error.fix}`);
  }
}
