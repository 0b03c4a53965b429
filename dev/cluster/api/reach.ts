import type { ApiUnreachable } from "./errors.ts";

export interface Reach {
  /** Of each try: null where the API has answered, whatever it said. */
  readonly heard: (error: ApiUnreachable | null) => void;
  readonly close: () => void;
}

/** A connection that broke while the next one works is no outage. */
const GRACE_MS = 500;
/** Nobody else may ask for minutes, and a connection to what has frozen stays open. */
const QUIET_MS = 10_000;
const QUIET_WHILE_LOST_MS = 1000;

/**
 * Tells once when nothing reaches the API any more, half a second after the first try that failed; and once, with null,
 * when something does again. `ask` costs the API next to nothing, and resolves with what was wrong: it is asked before
 * anything is told, as one request that waits for a webhook in vain is no outage, and where nothing is heard.
 */
export function watchReach(
  ask: () => Promise<ApiUnreachable | null>,
  tell: (error: ApiUnreachable | null) => void,
): Reach {
  let grace: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let isLost = false;
  let isClosed = false;
  return { heard, close };

  function heard(error: ApiUnreachable | null): void {
    if (isClosed) return;
    if (error === null) find();
    else grace ??= setTimeout(() => void lose(), GRACE_MS).unref();
    clearTimeout(quiet);
    quiet = setTimeout(() => void ask().then(heard), isLost ? QUIET_WHILE_LOST_MS : QUIET_MS).unref();
  }

  async function lose(): Promise<void> {
    const mine = grace;
    const error = await ask();
    // Closed, or heard of meanwhile.
    if (isClosed || grace !== mine) return;
    if (error === null) return heard(null);
    isLost = true;
    heard(error);
    tell(error);
  }

  function find(): void {
    clearTimeout(grace);
    grace = undefined;
    if (isLost) tell(null);
    isLost = false;
  }

  function close(): void {
    isClosed = true;
    clearTimeout(grace);
    clearTimeout(quiet);
  }
}
