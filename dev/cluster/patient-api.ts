import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../tools/lib/errors.ts";
import type { KubeApi } from "./api/api.ts";

interface Options {
  /** How long the API may be away; null: as long as it takes. */
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal;
}

const LAST_WAIT_MS = 1000;

/**
 * The same API for whoever can wait: what gets no answer is asked again until there is one. Only for requests that may be
 * sent twice. That the API is away is told by whoever made it: see `ApiOptions`.
 */
export function patientApi(api: KubeApi, { timeoutMs, signal: session }: Options): KubeApi {
  return {
    ...api,
    request: (method, path, options) => patiently(() => api.request(method, path, options), options?.signal),
    pathOf: (object) => patiently(() => api.pathOf(object), undefined),
  };

  async function patiently<T>(ask: () => Promise<T>, own: AbortSignal | undefined): Promise<T> {
    const sinceMs = performance.now();
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, LAST_WAIT_MS)) {
      try {
        return await ask();
      } catch (error) {
        const isLate = timeoutMs !== null && performance.now() - sinceMs > timeoutMs;
        if (!isUnreachable(error) || session.aborted || own?.aborted || isLate) throw error;
        await sleep(waitMs, undefined, { signal: own ? AbortSignal.any([own, session]) : session });
      }
    }
  }
}

/** `ApiUnreachable`: no answer, of which nobody knows how far the request has come. */
function isUnreachable(error: unknown): boolean {
  return error instanceof UserError && error.name === "ApiUnreachable";
}
