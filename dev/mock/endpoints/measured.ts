import { ClientGone } from "../http/errors.ts";
import type { Exchange } from "./endpoint.ts";

/** What a generation counts for. */
export interface Work {
  readonly promptTokens: number;
  readonly generationTokens: number;
  /** Of each choice. */
  readonly reasons: readonly string[];
}

/** Runs a generation and counts it in the metrics. `run` calls `started` when its first token is due. */
export async function measured(
  { metrics }: Exchange,
  model: string,
  run: (started: (work: Work) => void) => Promise<void>,
): Promise<void> {
  const startMs = performance.now();
  const over = metrics.running(model);
  let known: (Work & { secondsToFirstToken: number }) | undefined;
  const sinceStart = () => (performance.now() - startMs) / 1000;
  const finish = (reasons?: readonly string[]) => {
    if (known === undefined) return;
    metrics.finished({
      ...known,
      reasons: reasons ?? known.reasons,
      model,
      choices: known.reasons.length,
      seconds: sinceStart(),
    });
  };
  try {
    await run((work) => (known = { ...work, secondsToFirstToken: sinceStart() }));
    finish();
  } catch (error) {
    if (error instanceof ClientGone) finish(["abort"]);
    throw error;
  } finally {
    over();
  }
}
