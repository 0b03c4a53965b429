import type { Logs, PodLine } from "../core/logs.ts";
import type { LogBuffer } from "./log-buffer.ts";

/** Has at most one service's lines fetched, and none while nobody sees them. */
export interface LogFollower {
  /** Null: nobody's. */
  follow(logs: Logs, service: string | null): void;
  stop(): void;
}

// Whoever runs through the table with a key wants to see none of those on the way.
const SETTLE_MS = 120;

export function logFollower(buffer: LogBuffer, onLine: () => void): LogFollower {
  let followed: string | null = null;
  let abort = new AbortController();
  return { follow, stop: () => abort.abort() };

  function follow(logs: Logs, service: string | null): void {
    if (service === followed) return;
    followed = service;
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    if (service === null) return;
    buffer.clear();
    setTimeout(() => {
      if (!signal.aborted) void logs.follow(service, (line) => add(service, line, signal), signal);
    }, SETTLE_MS);
  }

  function add(service: string, line: PodLine, signal: AbortSignal): void {
    if (signal.aborted) return;
    buffer.add({ from: speaker(service, line), text: line.text, tone: line.isPrevious ? "quiet" : "plain" });
    onLine();
  }
}

/** `x2x9v`, `x2x9v nginx`: as much of a pod's name as its service's name does not say. */
function speaker(service: string, { pod, container }: PodLine): string {
  const end = pod.split("-").at(-1) ?? pod;
  return container === service ? end : `${end} ${container}`;
}
