import { bucketsUpTo, secondsBuckets } from "./buckets.ts";
import type { Counts } from "./counts.ts";
import { exposition } from "./exposition.ts";

/** One finished request. Times are of the clock, the rest of the answer. */
export interface Finished {
  readonly model: string;
  readonly promptTokens: number;
  readonly generationTokens: number;
  /** Of each choice: `stop`, `length` … */
  readonly reasons: readonly string[];
  readonly choices: number;
  readonly seconds: number;
  readonly secondsToFirstToken: number;
}

/** Counts what vLLM counts, under its names. */
export interface Metrics {
  /** A request begins; call what is returned when it is over, whatever became of it. */
  running(model: string): () => void;
  finished(request: Finished): void;
  /** In Prometheus' text format. */
  text(models: readonly string[], maxModelLen: number): string;
}

export function createMetrics(): Metrics {
  const counts = new Map<string, Counts>();
  const of = (model: string): Counts => {
    const known = counts.get(model) ?? { running: 0, finished: new Map(), sums: new Map(), samples: new Map() };
    counts.set(model, known);
    return known;
  };
  return {
    running: (model) => {
      of(model).running += 1;
      return () => void (of(model).running -= 1);
    },
    finished: (request) => count(of(request.model), request),
    text: (models, maxModelLen) =>
      exposition(
        models.map((model) => [model, of(model)]),
        maxModelLen,
      ),
  };
}

// The values of a histogram are kept by their bucket, so memory does not grow with requests.
function count(counts: Counts, request: Finished): void {
  for (const reason of request.reasons) add(counts.finished, reason, 1);
  add(counts.sums, "prompt_tokens", request.promptTokens);
  add(counts.sums, "generation_tokens", request.generationTokens);
  const perToken = (request.seconds - request.secondsToFirstToken) / Math.max(1, request.generationTokens - 1);
  observe(counts, "request_prompt_tokens", request.promptTokens, bucketsUpTo(tokensCap));
  observe(counts, "request_generation_tokens", request.generationTokens, bucketsUpTo(tokensCap));
  observe(counts, "request_params_n", request.choices, [1, 2, 5, 10, 20]);
  observe(counts, "time_to_first_token_seconds", request.secondsToFirstToken, secondsBuckets.firstToken);
  observe(counts, "time_per_output_token_seconds", perToken, secondsBuckets.perToken);
  observe(counts, "e2e_request_latency_seconds", request.seconds, secondsBuckets.request);
}

const tokensCap = 10_000_000;

function observe({ samples, sums }: Counts, name: string, value: number, buckets: readonly number[]): void {
  const bucket = buckets.find((limit) => value <= limit) ?? Infinity;
  const known = samples.get(name) ?? new Map<number, number>();
  samples.set(name, known);
  add(known, bucket, 1);
  add(sums, name, value);
}

function add<Key>(map: Map<Key, number>, key: Key, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}
