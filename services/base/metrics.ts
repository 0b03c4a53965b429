import type { RequestListener } from "node:http";
import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

/** One finished request. `route` is the route's pattern, never the path: paths are unbounded. */
export interface RequestObservation {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

export interface Metrics {
  observe(observation: RequestObservation): void;
  /** Everything collected, in the Prometheus text format, and its content type. */
  readonly contentType: string;
  text(): Promise<string>;
}

const labelNames = ["method", "route", "status"] as const;

/** The process's own metrics and those of its HTTP requests, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests answered.",
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the request's head to the end of its answer.",
    labelNames,
    // The upper half is for routes that wait for a model.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  return {
    observe({ method, route, status, durationMs }) {
      requests.inc({ method, route, status });
      durations.observe({ method, route, status }, durationMs / 1000);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** Answers `/metrics` and nothing else. */
export function metricsListener(metrics: Metrics): RequestListener {
  return (request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    void metrics.text().then((text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text));
  };
}
