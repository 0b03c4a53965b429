import { after } from "node:test";

/** Where to leave what has to be undone; a test's own context is one. */
export interface Cleanup {
  after(action: () => Promise<void>): void;
}

/**
 * For what outlives a test: runs in reverse order at the end of the file or suite that calls this.
 * (Called inside a hook or a test, node's `after` would run at the end of that.)
 */
export function cleanupAtTheEnd(): Cleanup {
  const actions: (() => Promise<void>)[] = [];
  after(async () => {
    for (const action of actions.toReversed()) await action();
  });
  return { after: (action) => actions.push(action) };
}
