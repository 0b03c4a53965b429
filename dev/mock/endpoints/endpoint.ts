import type { IncomingMessage, ServerResponse } from "node:http";
import type { Api } from "../http/respond.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { SettingsStore } from "../settings/store.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As requested, without what follows a `?`. */
  readonly path: string;
  readonly store: SettingsStore;
  readonly metrics: Metrics;
}

/** One path and the methods it answers. */
export interface Endpoint {
  readonly methods: readonly string[];
  readonly path: string;
  /** In whose words its errors are. */
  readonly api: Api;
  handle(exchange: Exchange): void | Promise<void>;
}
