import type { Socket } from "node:net";
import type { Pod } from "../sources/pod.ts";
import type { Pods } from "../sources/pods.ts";
import type { Revisions } from "../sources/revisions.ts";
import type { Starts } from "../sources/starts.ts";
import type { KubeApi } from "./api/api.ts";
import { type Destination, newAttempts } from "./port-forward-attempt.ts";
import { newBoot } from "./port-forward-boot.ts";
import { type Choice, chooseAmong } from "./port-forward-choice.ts";
import { Client } from "./port-forward-client.ts";

export interface Backends {
  readonly api: KubeApi;
  readonly pods: Pods;
  readonly revisions: Revisions;
  readonly starts: Starts;
}

/** How long a connection waits for new code, and how long a roll-out may keep connections from the old one. */
const PATIENCE_MS = 10_000;
/** From the beginning of an attempt to that of the next one. */
const RETRY_MS = 20;
/** What does not listen after this time is slow to start: no need to ask so often. */
const EAGER_MS = 3000;
const SLOW_RETRY_MS = 100;
/** Nothing listens before the program runs, and asking costs the node time that the pod needs to start. */
const UNSTARTED_RETRY_MS = 300;

/**
 * Leads connections to the newest pod of the newest revision as soon as its port accepts; they wait for it. Where it
 * does not come, or fails, to the newest Ready pod of an earlier revision; without one they are closed.
 */
export function newRoute(
  { api, pods, revisions, starts }: Backends,
  destination: Destination,
): (socket: Socket) => Promise<void> {
  const attempt = newAttempts(api, destination);
  const boot = newBoot(starts);
  let seen = { revision: null as string | null, sinceMs: 0 };
  // A roll-out begins when it does, not when somebody connects.
  pods.onChange((service) => void (service === destination.service && look()));
  return async function lead(socket: Socket): Promise<void> {
    const client = new Client(socket);
    const endMs = performance.now() + PATIENCE_MS;
    let hasWaited = false;
    while (!client.gone.aborted) {
      const startMs = performance.now();
      const isOver = startMs >= endMs;
      for (const pod of candidates(look(), isOver)) {
        if ((await attempt(client, pod, endMs)) === "refused") hasWaited = true;
        else return hasWaited ? boot.listened(pod) : undefined;
      }
      if (isOver) return void socket.destroy();
      await untilWorthwhile(startMs);
    }
  };

  /** The last attempt began at `startMs`. */
  async function untilWorthwhile(startMs: number): Promise<void> {
    await starts.next(Math.max(0, startMs + retryMs(look(), startMs) - performance.now()));
    const { newest } = look();
    if (newest) await boot.mayListen(newest);
  }

  function look(): Choice {
    const choice = chooseAmong(pods.of(destination.service), (pod) => revisions.of(pod));
    if (choice.revision !== seen.revision) seen = { revision: choice.revision, sinceMs: performance.now() };
    return choice;
  }

  function retryMs({ newest }: Choice, nowMs: number): number {
    if (newest !== null && !starts.has(newest)) return UNSTARTED_RETRY_MS;
    return nowMs - seen.sinceMs < EAGER_MS ? RETRY_MS : SLOW_RETRY_MS;
  }

  /** In this order; the earlier revision only where the newest one is not to be waited for (any longer). */
  function candidates({ newest, earlier, isFailing }: Choice, isOver: boolean): Pod[] {
    const isLate = isOver || isFailing || performance.now() - seen.sinceMs >= PATIENCE_MS;
    return [newest, isLate ? earlier : null].flatMap((pod) => pod ?? []);
  }
}
