/** Which services are to be looked at again: at once for a change, or later. Changes come in flocks. */
export interface Changes {
  readonly mark: (service: string) => void;
  readonly markLater: (service: string, inMs: number) => void;
}

// A person does not see the difference.
const FLOCK_MS = 20;

export function gatherChanges(look: (service: string) => void, signal: AbortSignal): Changes {
  const due = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let flock: NodeJS.Timeout | null = null;
  signal.addEventListener("abort", stop, { once: true });
  return { mark, markLater };

  function mark(service: string): void {
    if (service === "" || signal.aborted) return;
    due.add(service);
    flock ??= setTimeout(lookAtAll, FLOCK_MS);
  }

  function markLater(service: string, inMs: number): void {
    clearTimeout(timers.get(service));
    if (signal.aborted) return;
    const timer = setTimeout(() => mark(service), inMs);
    timers.set(service, timer);
  }

  function lookAtAll(): void {
    flock = null;
    const services = [...due];
    due.clear();
    services.forEach(look);
  }

  function stop(): void {
    if (flock) clearTimeout(flock);
    timers.forEach((timer) => clearTimeout(timer));
  }
}
