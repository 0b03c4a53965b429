import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConnectionRefused } from "./api/errors.ts";

/** How an attempt to join a client with a pod has gone. After a refusal the client is as it was, and free for another attempt. */
export type Outcome = "joined" | "refused";

/** Kubernetes tells of a refusal within some milliseconds, and never of success: so much silence is success. */
const SILENCE_MS = 250;
/** Of what a client sends before it is known whether anybody listens; with more it has to wait. */
const KEPT_BYTES = 2 ** 20;
/** Whoever has ended writing may still be answered; but the pod never hears of that end, and may never end either. */
const FAREWELL_MS = 10_000;

/** A client, and what it has sent that no pod has accepted yet. It may be joined with one pod after another until one accepts. */
export class Client {
  readonly socket: Socket;
  /** Aborted when the client has left. */
  readonly gone: AbortSignal;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #pod: Duplex | null = null;

  /** The socket must be allowed to be half open. */
  constructor(socket: Socket) {
    this.socket = socket;
    const gone = new AbortController();
    this.gone = gone.signal;
    socket.on("close", () => gone.abort()).on("error", () => socket.destroy());
    socket.on("data", this.#keep).on("end", () => this.#onEnd());
  }

  /** Both ways, until one of them ends. Resolves as soon as it is known whether the pod accepts. */
  async join(pod: Duplex): Promise<Outcome> {
    const leave = (): void => void pod.destroy();
    this.gone.addEventListener("abort", leave, { once: true });
    this.#pod = pod;
    for (const chunk of this.#kept) pod.write(chunk);
    const error = await verdictOf(pod);
    if (error === null) this.#handOver(pod);
    else {
      this.#pod = null;
      this.gone.removeEventListener("abort", leave);
      if (error instanceof ConnectionRefused) return "refused";
      this.socket.resetAndDestroy();
    }
    return "joined";
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    this.#pod?.write(chunk);
    if (this.#keptBytes >= KEPT_BYTES) this.socket.pause();
  };

  /** Who has said nothing and says no more has left; a half-closed connection and one that is closed look the same from here. */
  #onEnd(): void {
    if (this.#keptBytes === 0 && this.#pod === null) this.socket.destroy();
    else this.socket.setTimeout(FAREWELL_MS);
  }

  /** From here on nothing is kept, and each side waits for the other one. */
  #handOver(pod: Duplex): void {
    const { socket } = this;
    socket.off("data", this.#keep);
    this.#kept = [];
    socket.on("timeout", () => socket.destroy());
    // A connection that breaks must not look like one that ends.
    pod.on("error", () => socket.resetAndDestroy());
    pod.once("end", () => {
      socket.unpipe(pod).resume();
      socket.setTimeout(FAREWELL_MS);
    });
    pod.pipe(socket);
    socket.pipe(pod, { end: false });
  }
}

/** Null once the pod has answered, or has been silent for long enough; else why it never will. */
function verdictOf(pod: Duplex): Promise<Error | null> {
  return new Promise((resolve) => {
    const decide = (verdict: Error | null): void => {
      clearTimeout(timer);
      pod.off("readable", accepted).off("error", decide).off("close", closed);
      // Whoever listens from now on, a late error must find a listener.
      pod.on("error", () => undefined);
      resolve(verdict);
    };
    const accepted = (): void => decide(null);
    const closed = (): void => decide(new Error("closed"));
    const timer = setTimeout(accepted, SILENCE_MS);
    pod.on("readable", accepted).on("error", decide).on("close", closed);
  });
}
