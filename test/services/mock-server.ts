import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createMockServer } from "../../dev/mock/server.ts";
import type { Settings } from "../../dev/mock/settings/settings.ts";
import type { Cleanup } from "./cleanup.ts";

/** A mock in this process, closed at the end. Returns where it listens, without a slash at the end. */
export async function startMock(cleanup: Cleanup, settings: Partial<Settings> = {}): Promise<string> {
  const server = createMockServer(settings).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanup.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Posts JSON, or a text as it is. */
export function post(url: string, body: unknown, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(url, {
    method: "POST",
    signal,
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** A WAV file of silence: 16 bits, one channel, with a chunk before its data that a reader must pass over. */
export function wav(seconds: number, rate = 16_000): Buffer {
  const data = Buffer.alloc(Math.round(seconds * rate) * 2);
  const format = Buffer.alloc(24);
  format.write("fmt ", "latin1");
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(1, 8);
  format.writeUInt16LE(1, 10);
  format.writeUInt32LE(rate, 12);
  format.writeUInt32LE(rate * 2, 16);
  format.writeUInt16LE(2, 20);
  format.writeUInt16LE(16, 22);
  const list = Buffer.concat([chunkHead("LIST", 3), Buffer.from("abc\0")]);
  const body = Buffer.concat([Buffer.from("WAVE"), format, list, chunkHead("data", data.length), data]);
  return Buffer.concat([chunkHead("RIFF", body.length), body]);
}

function chunkHead(id: string, size: number): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, "latin1");
  head.writeUInt32LE(size, 4);
  return head;
}
