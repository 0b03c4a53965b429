import { sendJson } from "../../http/respond.ts";
import type { Endpoint } from "../endpoint.ts";

/** The release whose wire format this is. */
export const version: Endpoint = {
  methods: ["GET"],
  path: "/version",
  api: "vllm",
  handle: ({ response }) => sendJson(response, 200, { version: "0.11.0" }),
};
