import type { Settings } from "../../settings/settings.ts";

/**
 * The times that Ollama reports (`Metrics` in api/types.go), in nanoseconds. They are those of the settings and not of
 * the clock, so that the same request gets the same answer.
 */
export function durations(
  promptTokens: number,
  tokens: number,
  { latencyMs, tokensPerSecond }: Pick<Settings, "latencyMs" | "tokensPerSecond">,
) {
  const load = 1_000_000;
  const prompt = Math.max(1, Math.round(latencyMs * 1_000_000) || promptTokens * 1000);
  const evaluation = tokensPerSecond > 0 ? Math.round((tokens * 1e9) / tokensPerSecond) : tokens * 10_000;
  return {
    total_duration: load + prompt + evaluation,
    load_duration: load,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: prompt,
    eval_count: tokens,
    eval_duration: evaluation,
  };
}
