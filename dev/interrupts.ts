export interface Interrupts {
  onFirst(act: () => void): void;
  isInterrupted(): boolean;
}

/** What is left of three seconds is for the machine to end a process in. */
const LAST_MS = 2500;

/** The first Ctrl-C ends the session in order, the second one at once; so does what hangs for three seconds. */
export function catchInterrupts(process: NodeJS.Process): Interrupts {
  let isInterrupted = false;
  // While a session is being set up there is nothing to stop yet: it is stopped as soon as there is.
  let act: () => void = () => undefined;
  const interrupted = (): void => {
    if (isInterrupted) process.exit(130);
    isInterrupted = true;
    setTimeout(() => process.exit(130), LAST_MS).unref();
    act();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);
  // Nobody reads any more: `npm run dev | head`.
  process.stdout.on("error", interrupted);
  return {
    onFirst: (next) => (isInterrupted ? next() : void (act = next)),
    isInterrupted: () => isInterrupted,
  };
}
