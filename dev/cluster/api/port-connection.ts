import { Duplex } from "node:stream";
import type { PodRef } from "./api.ts";
import { type Channels, openChannels } from "./channels.ts";
import { ConnectionRefused } from "./errors.ts";
import type { Transport } from "./transport.ts";

const DATA = 0;
const ERROR = 1;

/** See `KubeApi.connect`. One WebSocket for each connection: a slow reader holds up nobody else. */
export async function connectToPort(
  transport: Transport,
  { namespace, pod }: PodRef,
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`;
  const duplex = new PortConnection(`${namespace}/${pod}:${port}`);
  duplex.attach(await openChannels(transport, path, ["v4.channel.k8s.io"], duplex, signal));
  return duplex;
}

/** The two streams of a forwarded port as one connection. It fails with `ConnectionRefused` as soon as it is known that nobody listens. */
class PortConnection extends Duplex {
  readonly #where: string;
  #channels: Channels | null = null;
  /** Each stream begins with the number of its port. */
  #heads = { [DATA]: false, [ERROR]: false };
  #error = "";

  constructor(where: string) {
    super({ allowHalfOpen: true });
    this.#where = where;
  }

  attach(channels: Channels): void {
    this.#channels = channels;
  }

  onMessage(channel: number, data: Buffer): void {
    if (channel !== DATA && channel !== ERROR) return;
    if (!this.#heads[channel]) {
      this.#heads[channel] = true;
      return;
    }
    if (channel === ERROR) this.#error += data.toString("utf8");
    else if (!this.push(data)) this.#channels?.pause();
  }

  /** The protocol has no word for the end of a stream but the end of the connection. */
  onClose(): void {
    if (this.destroyed) return;
    if (this.#error !== "") this.destroy(new ConnectionRefused(this.#where, lastPart(this.#error)));
    else this.push(null);
  }

  override _read(): void {
    this.#channels?.resume();
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#channels?.send(DATA, chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channels?.end();
    done(error);
  }
}

/** `error forwarding port … : failed to …: dial tcp4 127.0.0.1:1: connect: connection refused` → what matters to people. */
function lastPart(text: string): string {
  return /connection refused/.test(text) ? "connection refused" : text.trim();
}
