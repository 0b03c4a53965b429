import { type Pod, isReady } from "../sources/pod.ts";
import type { KubeApi } from "./api/api.ts";
import { ApiRefused, ApiUnreachable } from "./api/errors.ts";
import type { Client, Outcome } from "./port-forward-client.ts";

/** What a port of this machine leads to. */
export interface Destination {
  readonly service: string;
  readonly namespace: string;
  readonly containerPort: number;
}

/** Tries to join a client with a pod, until `endMs` of `performance.now()`. */
export type Attempt = (client: Client, pod: Pod, endMs: number) => Promise<Outcome>;

/** A refusal takes some milliseconds; on a busy machine more, and so does everything else. Who is answered waits for none of it. */
const LEAST_SILENCE_MS = 1000;
const MOST_SILENCE_MS = 3000;
/** Also the last attempt gets as much. */
const LEAST_MS = 1000;

/** All that wait for one pod wait for one attempt: when its port accepts, they all go. */
export function newAttempts(api: KubeApi, { namespace, containerPort }: Destination): Attempt {
  /** Uids of pods whose port is known to accept. */
  const proven = new Set<string>();
  const probes = new Map<string, Promise<Outcome>>();
  return async function attempt(client, pod, endMs) {
    const uid = pod.metadata.uid ?? pod.metadata.name;
    const probe = probes.get(uid);
    if (proven.has(uid) || isReady(pod)) return join(client, pod, uid, endMs);
    if (probe) return (await probe, proven.has(uid)) ? join(client, pod, uid, endMs) : "refused";
    const mine = join(client, pod, uid, endMs).finally(() => probes.delete(uid));
    probes.set(uid, mine);
    return mine;
  };

  async function join(client: Client, { metadata }: Pod, uid: string, endMs: number): Promise<Outcome> {
    const outcome = await connected(client, metadata.name, endMs);
    if (outcome === "joined" && !client.gone.aborted) proven.add(uid);
    else proven.delete(uid);
    return outcome;
  }

  async function connected(client: Client, pod: string, endMs: number): Promise<Outcome> {
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const timer = setTimeout(end, Math.max(endMs - performance.now(), LEAST_MS));
    client.gone.addEventListener("abort", end, { once: true });
    try {
      const startMs = performance.now();
      const connection = await api.connect({ namespace, pod }, containerPort, abort.signal);
      // From here on it is the silence that has an end.
      clearTimeout(timer);
      const tookMs = performance.now() - startMs;
      return await client.join(connection, Math.min(Math.max(10 * tookMs, LEAST_SILENCE_MS), MOST_SILENCE_MS));
    } catch (error) {
      // Gone, not there yet, or the API is away: all of that may be better in a moment.
      if (error instanceof ApiRefused || error instanceof ApiUnreachable || abort.signal.aborted) return "refused";
      throw error;
    } finally {
      clearTimeout(timer);
      client.gone.removeEventListener("abort", end);
    }
  }
}
