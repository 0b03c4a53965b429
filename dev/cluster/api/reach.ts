import type { ApiUnreachable } from "./errors.ts";

export interface Reach {
  /** Of each try: null where the API has answered. */
  readonly heard: (error: ApiUnreachable | null) => void;
  readonly close: () => void;
}

/** A connection that broke while the next one works is no outage. */
const GRACE_MS = 500;

/**
 * Tells once when nothing reaches the API any more, with the reason of the last try, half a second after the first one
 * that failed; and once, with null, when something does again. One request that waits for a webhook in vain is no outage
 * either: before anything is told, `answers` asks for what costs nothing.
 */
export function watchReach(answers: () => Promise<boolean>, tell: (error: ApiUnreachable | null) => void): Reach {
  let last: ApiUnreachable | null = null;
  let grace: NodeJS.Timeout | undefined;
  let isTold = false;
  return {
    heard(error) {
      last = error;
      if (error) grace ??= setTimeout(() => void lose(), GRACE_MS).unref();
      else find();
    },
    close() {
      clearTimeout(grace);
      last = null;
    },
  };

  async function lose(): Promise<void> {
    if (await answers()) return find();
    if (last === null) return;
    isTold = true;
    tell(last);
  }

  function find(): void {
    clearTimeout(grace);
    grace = undefined;
    if (isTold) tell(null);
    isTold = false;
  }
}
