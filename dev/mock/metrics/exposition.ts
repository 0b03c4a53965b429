import { bucketsUpTo, secondsBuckets } from "./buckets.ts";
import type { Counts } from "./counts.ts";

/** Each model's counts. */
type All = readonly (readonly [model: string, counts: Counts])[];

/** vLLM's metrics (vllm/v1/metrics/loggers.py) in Prometheus' text format. */
export function exposition(all: All, maxModelLen: number): string {
  const gauges = [
    family("num_requests_running", "gauge", "Number of requests in model execution batches.", all, (counts) => [
      ["", "", counts.running],
    ]),
    family("num_requests_waiting", "gauge", "Number of requests waiting to be processed.", all, () => [["", "", 0]]),
    family("kv_cache_usage_perc", "gauge", "KV-cache usage. 1 means 100 percent usage.", all, () => [["", "", 0]]),
  ];
  const counters = [
    ["num_preemptions", "Cumulative number of preemption from the engine."],
    ["prompt_tokens", "Number of prefill tokens processed."],
    ["generation_tokens", "Number of generation tokens processed."],
    ["prefix_cache_queries", "Prefix cache queries, in terms of number of queried tokens."],
    ["prefix_cache_hits", "Prefix cache hits, in terms of number of cached tokens."],
  ].map(([name = "", help = ""]) =>
    family(name, "counter", help, all, ({ sums }) => [["_total", "", sums.get(name) ?? 0]]),
  );
  const success = family(
    "request_success",
    "counter",
    "Count of successfully processed requests.",
    all,
    ({ finished }) =>
      ["stop", "length", "abort"].map((reason) => [
        "_total",
        `finished_reason="${reason}",`,
        finished.get(reason) ?? 0,
      ]),
  );
  const histograms = histogramsUpTo(maxModelLen).map(([name, help, buckets]) =>
    family(name, "histogram", help, all, (counts) => histogram(counts, name, buckets)),
  );
  return [...gauges, ...counters, success, ...histograms].join("");
}

type Sample = readonly [suffix: string, labels: string, value: number];

function family(
  name: string,
  type: string,
  help: string,
  all: All,
  samples: (counts: Counts) => readonly Sample[],
): string {
  const full = `vllm:${name}`;
  const lines = all.flatMap(([model, counts]) =>
    samples(counts).map(
      ([suffix, labels, value]) => `${full}${suffix}{${labels}engine="0",model_name=${JSON.stringify(model)}} ${value}`,
    ),
  );
  const total = type === "counter" ? "_total" : "";
  return [`# HELP ${full}${total} ${help}`, `# TYPE ${full}${total} ${type}`, ...lines, ""].join("\n");
}

function histogram({ samples, sums }: Counts, name: string, buckets: readonly number[]): Sample[] {
  const known = [...(samples.get(name) ?? [])];
  const upTo = (limit: number) => known.reduce((sum, [bucket, times]) => (bucket <= limit ? sum + times : sum), 0);
  return [
    ...buckets.map((limit): Sample => ["_bucket", `le="${limit}",`, upTo(limit)]),
    ["_bucket", 'le="+Inf",', upTo(Infinity)],
    ["_count", "", upTo(Infinity)],
    ["_sum", "", sums.get(name) ?? 0],
  ];
}

function histogramsUpTo(maxModelLen: number): [string, string, readonly number[]][] {
  const tokens = bucketsUpTo(maxModelLen);
  return [
    ["request_prompt_tokens", "Number of prefill tokens processed.", tokens],
    ["request_generation_tokens", "Number of generation tokens processed.", tokens],
    ["request_params_n", "Histogram of the n request parameter.", [1, 2, 5, 10, 20]],
    ["time_to_first_token_seconds", "Histogram of time to first token in seconds.", secondsBuckets.firstToken],
    ["time_per_output_token_seconds", "Histogram of time per output token in seconds.", secondsBuckets.perToken],
    ["e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.", secondsBuckets.request],
  ];
}
