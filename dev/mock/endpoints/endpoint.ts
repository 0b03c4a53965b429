import type { IncomingMessage, ServerResponse } from "node:http";

export interface MockOptions {
  /** The names of the models it serves. */
  readonly models: readonly string[];
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly options: MockOptions;
}

/** One method and path. What `handle` throws is answered in vLLM's error shape. */
export interface Endpoint {
  readonly method: string;
  readonly path: string;
  handle(exchange: Exchange): void | Promise<void>;
}
