import { PassThrough, Writable } from "node:stream";
import type { ApiExec, ContainerRef } from "./api.ts";
import { type Channels, openChannels } from "./channels.ts";
import type { Transport } from "./transport.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const CLOSE = 255;

/** v5 (Kubernetes 1.30) can end stdin; with v4 it stays open until the program ends. */
const V5 = "v5.channel.k8s.io";
const PROTOCOLS = [V5, "v4.channel.k8s.io"];
/** What nobody reads must not hold up what somebody does, within reason. */
const UNREAD_BYTES = 2 ** 20;
/** Each message is held in memory by whoever passes it on. */
const MESSAGE_BYTES = 2 ** 16;

/** See `KubeApi.exec`. */
export async function execIn(
  transport: Transport,
  { namespace, pod, container }: ContainerRef,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ApiExec> {
  const query = new URLSearchParams({ container, stdin: "true", stdout: "true", stderr: "true" });
  for (const word of command) query.append("command", word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`;
  const outputs = { [STDOUT]: output(), [STDERR]: output() };
  let channels: Channels | null = null;
  let status = "";
  let settle: (result: number | Error) => void = () => undefined;
  const ended = new Promise<number>((resolve, reject) => {
    settle = (result) => (typeof result === "number" ? resolve(result) : reject(result));
  });
  // Who is interested in the output alone must not be ended by it.
  ended.catch(() => undefined);
  channels = await openChannels(transport, path, PROTOCOLS, { onMessage, onClose }, signal);
  const stdin = inputOf(channels);
  return { stdin, stdout: outputs[STDOUT], stderr: outputs[STDERR], ended };

  function onMessage(channel: number, data: Buffer): void {
    if (channel === STATUS) status += data.toString("utf8");
    if (channel !== STDOUT && channel !== STDERR) return;
    const stream = outputs[channel];
    if (stream.write(data)) return;
    channels?.pause();
    stream.once("drain", () => channels?.resume());
  }

  function onClose(): void {
    outputs[STDOUT].end();
    outputs[STDERR].end();
    stdin.destroy();
    settle(resultOf(status));
  }
}

function output(): PassThrough {
  return new PassThrough({ highWaterMark: UNREAD_BYTES });
}

function inputOf(channels: Channels): Writable {
  const stdin = new Writable({
    write(chunk: Buffer, _, done) {
      const send = (from: number): void => {
        const next = from + MESSAGE_BYTES;
        const part = chunk.subarray(from, next);
        channels.send(STDIN, part, (error) => (error || next >= chunk.length ? done(error) : send(next)));
      };
      send(0);
    },
    final(done) {
      if (channels.protocol === V5) channels.send(CLOSE, Buffer.of(STDIN), done);
      else done();
    },
  });
  // A program that has ended reads no more: `ended` says how it did.
  return stdin.on("error", () => undefined);
}

interface Status {
  readonly status?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** Exit code; an error when the program could not be started, or the connection broke. */
function resultOf(text: string): number | Error {
  if (text === "") return new Error("the connection to the container broke");
  const { status, message, details } = JSON.parse(text) as Status;
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  return code === undefined ? new Error(message ?? text) : Number(code);
}
