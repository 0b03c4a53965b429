import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { endpoints } from "./endpoints/index.ts";
import type { Endpoint, Exchange } from "./endpoints/endpoint.ts";
import { ApiError } from "./http/errors.ts";
import { sendError, sendText } from "./http/respond.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { defaults } from "./settings/settings.ts";
import type { Settings } from "./settings/settings.ts";
import { createStore } from "./settings/store.ts";

/** The stand-in, not listening yet. What is not given is as in `defaults`. */
export function createMockServer(given: Partial<Settings> = {}): Server {
  const store = createStore({ ...defaults, ...given });
  if (store.current.models.length === 0) throw new Error("a mock needs at least one model");
  const metrics = createMetrics();
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    answer({ request, response, path, store, metrics }).catch((error: unknown) =>
      sendError(response, error, apiOf(path)),
    );
  });
  // A client that keeps its connection must not find it closed just when it asks again.
  server.keepAliveTimeout = 75_000;
  return server;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, path } = exchange;
  const endpoint = byPath.get(path);
  if (endpoint === undefined) return refuse(request, response, path, 404);
  if (!endpoint.methods.includes(request.method ?? "")) return refuse(request, response, path, 405);
  await endpoint.handle(exchange);
}

const byPath: ReadonlyMap<string, Endpoint> = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));

function apiOf(path: string): Endpoint["api"] {
  return byPath.get(path)?.api ?? (path.startsWith("/api/") ? "ollama" : "vllm");
}

// Ollama leaves these to its router (gin), which answers in plain text.
function refuse(request: IncomingMessage, response: ServerResponse, path: string, status: 404 | 405): void {
  request.resume();
  if (apiOf(path) === "ollama") {
    sendText(response, status, status === 404 ? "404 page not found" : "405 method not allowed", "text/plain");
    return;
  }
  const phrase = status === 404 ? "Not Found" : "Method Not Allowed";
  throw new ApiError(status, phrase, phrase);
}
