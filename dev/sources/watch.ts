import { setTimeout as sleep } from "node:timers/promises";
import type { Kubectl } from "../../tools/cluster/kubectl.ts";

export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

const RESTART_MS = 1000;

/**
 * Runs `kubectl get … --watch` until the signal is aborted, and starts it again whenever it ends: an API server that was
 * away for a while ends a watch, but not a session. `onStart` precedes the first event of each run, which begins with
 * all that there is.
 */
export async function watch(
  kubectl: Kubectl,
  args: readonly string[],
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
  onStart: () => void = () => undefined,
): Promise<void> {
  while (!signal.aborted) {
    onStart();
    const program = await kubectl.start(
      ["get", ...args, "--output", "json", "--watch", "--output-watch-events"],
      (line) => readEvent(line, onEvent),
      { signal },
    );
    await program.ended;
    if (!signal.aborted) await sleep(RESTART_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** With watch events kubectl writes one document per line; warnings share the stream and are no documents. */
function readEvent(line: string, onEvent: (event: WatchEvent) => void): void {
  const { type, object } = line.startsWith("{") ? parsed(line) : {};
  if (type !== undefined && object !== undefined) onEvent({ type, object });
}

/** The last line of a kubectl that was stopped may be half a document. */
function parsed(line: string): Partial<WatchEvent> {
  try {
    return JSON.parse(line) as Partial<WatchEvent>;
  } catch {
    return {};
  }
}
