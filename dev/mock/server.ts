import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { endpoints } from "./endpoints/index.ts";
import type { Endpoint, MockOptions } from "./endpoints/endpoint.ts";
import { ApiError } from "./errors.ts";
import { sendError } from "./respond.ts";

/** The stand-in, not listening yet. The first model is the one a request without a model gets. */
export function createMockServer(options: MockOptions): Server {
  if (options.models.length === 0) throw new Error("a mock needs at least one model");
  return createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => sendError(response, error));
  });
}

async function serve(options: MockOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const endpoint = endpointFor(request.method ?? "", request.url?.split("?")[0] ?? "");
  await endpoint.handle({ request, response, options });
}

function endpointFor(method: string, path: string): Endpoint {
  const here = endpoints.filter((endpoint) => endpoint.path === path);
  const found = here.find((endpoint) => endpoint.method === method);
  if (found !== undefined) return found;
  if (here.length > 0) throw new ApiError(405, "Method Not Allowed", "Method Not Allowed");
  throw new ApiError(404, "Not Found", "Not Found");
}
