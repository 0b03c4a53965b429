import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConnectionRefused } from "./api/errors.ts";

/** How an attempt to join a client with a pod has gone. After a refusal the client is as it was, and free for another attempt. */
export type Outcome = "joined" | "refused";

/** Methods that RFC 9110 calls safe. */
const REPEATABLE = /^(GET|HEAD|OPTIONS) /;
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
  #hasRepeated = false;

  /** The socket must be allowed to be half open. */
  constructor(socket: Socket) {
    this.socket = socket;
    const gone = new AbortController();
    this.gone = gone.signal;
    socket.on("close", () => gone.abort()).on("error", () => socket.destroy());
    socket.on("data", this.#keep).on("end", () => this.#onEnd());
  }

  /**
   * Both ways, until one of them ends. Resolves as soon as it is known whether the pod accepts: Kubernetes tells of a
   * refusal, a moment later, and never of success. So much silence is success.
   */
  async join(pod: Duplex, silenceMs: number): Promise<Outcome> {
    const leave = (): void => void pod.destroy();
    if (this.gone.aborted) leave();
    this.gone.addEventListener("abort", leave, { once: true });
    this.#pod = pod;
    for (const chunk of this.#kept) pod.write(chunk);
    const verdict = await verdictOf(pod, silenceMs);
    const isFree = verdict === "refused" || (verdict === "ended" && this.#mayRepeat());
    if (!isFree) {
      this.#handOver(pod);
      return "joined";
    }
    this.#pod = null;
    this.gone.removeEventListener("abort", leave);
    pod.destroy();
    return "refused";
  }

  /** A pod that dies in a roll-out ends connections without an answer. Asking again changes nothing where HTTP says so; once. */
  #mayRepeat(): boolean {
    if (this.#hasRepeated || !REPEATABLE.test(this.#kept[0]?.toString("latin1", 0, 8) ?? "")) return false;
    return (this.#hasRepeated = true);
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
    if (pod.errored) return void socket.resetAndDestroy();
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

/** What became known of a pod first; `ended`: it accepted, and ended the connection without a word. */
type Verdict = "answered" | "silent" | "ended" | "refused";

function verdictOf(pod: Duplex, silenceMs: number): Promise<Verdict> {
  return new Promise((resolve) => {
    let isDecided = false;
    const decide = (verdict: Verdict): void => {
      isDecided = true;
      clearTimeout(timer);
      pod.off("readable", readable).off("error", failed).off("close", closed);
      // Whoever listens from now on, a late error must find a listener.
      pod.on("error", () => undefined);
      resolve(verdict);
    };
    // With nothing to read it is the end.
    const readable = (): void => decide(pod.readableLength > 0 ? "answered" : "ended");
    const failed = (error: Error): void => decide(error instanceof ConnectionRefused ? "refused" : "ended");
    const closed = (): void => decide("ended");
    // What came while this process was busy is read before its silence counts.
    const timer = setTimeout(() => setImmediate(() => !isDecided && decide("silent")), silenceMs);
    pod.on("readable", readable).on("error", failed).on("close", closed);
  });
}
