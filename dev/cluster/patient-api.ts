import { setTimeout as sleep } from "node:timers/promises";
import { UserError, type Finding } from "../../tools/lib/errors.ts";
import type { KubeApi } from "./api/api.ts";

interface Options {
  readonly tell: (finding: Finding) => void;
  /** How long the API may be away; null: as long as it takes. */
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal;
}

const LAST_WAIT_MS = 1000;

/**
 * The same API for whoever can wait: what gets no answer is asked again until there is one, which is told once for each
 * time that the API is away. Only for requests that may be sent twice.
 */
export function patientApi(api: KubeApi, { tell, timeoutMs, signal: session }: Options): KubeApi {
  let isAway = false;
  return {
    ...api,
    request: (method, path, options) => patiently(() => api.request(method, path, options), options?.signal),
    pathOf: (object) => patiently(() => api.pathOf(object), undefined),
  };

  async function patiently<T>(ask: () => Promise<T>, own: AbortSignal | undefined): Promise<T> {
    const sinceMs = performance.now();
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, LAST_WAIT_MS)) {
      try {
        const answer = await ask();
        isAway = false;
        return answer;
      } catch (error) {
        const isLate = timeoutMs !== null && performance.now() - sinceMs > timeoutMs;
        if (!isUnreachable(error) || session.aborted || own?.aborted || isLate) throw error;
        if (!isAway) error.findings.forEach(tell);
        isAway = true;
        await sleep(waitMs, undefined, { signal: own ? AbortSignal.any([own, session]) : session });
      }
    }
  }
}

/** `ApiUnreachable`: no answer, of which nobody knows how far the request has come. */
function isUnreachable(error: unknown): error is UserError {
  return error instanceof UserError && error.name === "ApiUnreachable";
}
