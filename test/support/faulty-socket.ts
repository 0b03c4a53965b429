import { rmSync } from "node:fs";
import { type Server, type Socket, connect, createServer } from "node:net";

/** A Docker socket before the real one, which can be taken away and put back. */
export class FaultySocket {
  readonly path: string;
  readonly target: string;
  #server: Server | null = null;
  readonly #open = new Set<Socket>();

  constructor(path: string, target = "/var/run/docker.sock") {
    this.path = path;
    this.target = target;
  }

  /** From now on it answers. */
  restore(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: this.target, allowHalfOpen: true });
      for (const [from, to] of [
        [client, engine],
        [engine, client],
      ] as const) {
        this.#open.add(from);
        from.on("error", () => to.destroy()).on("close", () => this.#open.delete(from));
        from.pipe(to);
      }
    });
    this.#server = server;
    return new Promise((resolve) => void server.listen(this.path, resolve));
  }

  /** Breaks every connection; there is not even a file any more. */
  cut(): void {
    this.#server?.close();
    rmSync(this.path, { force: true });
    for (const socket of this.#open) socket.destroy();
  }

  /** Connections stay open, and nothing is answered any more. */
  freeze(): void {
    for (const socket of this.#open) socket.unpipe().pause();
  }
}
