import type { Endpoint } from "./endpoint.ts";

/** 200 without a body, as vLLM answers. */
export const health: Endpoint = {
  method: "GET",
  path: "/health",
  handle: ({ response }) => {
    response.writeHead(200, { "content-length": 0 }).end();
  },
};
