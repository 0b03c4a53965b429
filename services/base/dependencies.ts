import { reasonOf } from "./errors.ts";

/** Something the service cannot work without, by the name that `/health/ready` reports. */
export interface Dependency {
  readonly name: string;
  /** Resolves when the dependency answers, rejects with the reason when it does not. */
  check(signal: AbortSignal): Promise<unknown>;
  /** Called once, after the last request, when the service stops. */
  close?(): Promise<void>;
}

export interface DependencyState {
  readonly name: string;
  readonly ready: boolean;
  readonly reason?: string;
}

/** Asks all dependencies at once; one that has not answered after `timeoutMs` is not ready. Never rejects. */
export async function checkDependencies(
  dependencies: readonly Dependency[],
  timeoutMs: number,
): Promise<DependencyState[]> {
  return Promise.all(dependencies.map((dependency) => stateOf(dependency, timeoutMs)));
}

async function stateOf(dependency: Dependency, timeoutMs: number): Promise<DependencyState> {
  const { name } = dependency;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await Promise.race([timedOut(signal, timeoutMs), dependency.check(signal)]);
    return { name, ready: true };
  } catch (error) {
    return { name, ready: false, reason: reasonOf(error) };
  }
}

// Not every client listens to a signal, so the wait ends here whether the check does or not;
// first in the race, because this wording says more than a client's "aborted".
function timedOut(signal: AbortSignal, timeoutMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(new Error(`no answer within ${timeoutMs} ms`));
    signal.addEventListener("abort", fail, { once: true });
  });
}
