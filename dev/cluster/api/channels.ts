import type { IncomingMessage } from "node:http";
import WebSocket from "ws";
import { ApiRefused, ApiUnreachable } from "./errors.ts";
import type { Transport } from "./transport.ts";

// Kubernetes' channel protocol: the first byte of each message says which stream it belongs to.
// https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apimachinery/pkg/util/httpstream/wsstream/conn.go

export interface Channels {
  /** Subprotocol that the server has chosen. */
  readonly protocol: string;
  /** Resolves when the message is in the kernel's hands. */
  send(channel: number, data: Buffer, done: (error?: Error | null) => void): void;
  /** More is not read from the connection until `resume`. */
  pause(): void;
  resume(): void;
  /** At once, without a farewell. */
  end(): void;
}

export interface ChannelListener {
  onMessage(channel: number, data: Buffer): void;
  /** Once, after the last message; also after `end`. */
  onClose(): void;
}

// What the other side sends is a chunk of a stream, never a whole file.
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
const HANDSHAKE_MS = 30_000;

/** Opens a connection that carries several streams. Rejects with `ApiRefused` or `ApiUnreachable`. */
export async function openChannels(
  transport: Transport,
  path: string,
  protocols: readonly string[],
  listener: ChannelListener,
  signal: AbortSignal,
): Promise<Channels> {
  signal.throwIfAborted();
  const { url, options } = await transport.socket(path);
  const socket = new WebSocket(url, [...protocols], {
    ...options,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handshakeTimeout: HANDSHAKE_MS,
  });
  const abort = (): void => socket.terminate();
  signal.addEventListener("abort", abort, { once: true });
  socket.on("close", () => signal.removeEventListener("abort", abort));
  socket.on("message", (data: Buffer) => void (data.length > 0 && listener.onMessage(data[0] ?? 0, data.subarray(1))));
  await opened(socket, transport, signal);
  socket.on("close", () => listener.onClose());
  return {
    protocol: socket.protocol,
    send: (channel, data, done) => socket.send(Buffer.concat([Buffer.of(channel), data]), done),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.terminate(),
  };
}

function opened(socket: WebSocket, { server }: Transport, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    // Stays: what goes wrong later also ends in `close`.
    socket.on("error", (error) => reject(signal.aborted ? signal.reason : new ApiUnreachable(server, error)));
    socket.once("unexpected-response", (request, response) => {
      void refusalOf(response).then((refusal) => {
        request.destroy();
        reject(refusal);
      });
    });
  });
}

async function refusalOf(response: IncomingMessage): Promise<ApiRefused> {
  let text = "";
  response.setEncoding("utf8");
  try {
    for await (const chunk of response) text += String(chunk);
    text = (JSON.parse(text) as { readonly message?: string }).message ?? text;
  } catch {
    // What is no Status is told as it is.
  }
  return new ApiRefused(response.statusCode ?? 0, text.trim());
}
