/** What became of a build: the engine answers with HTTP 200 either way. */
export interface BuildReport {
  /** Null when it was built. */
  readonly error: string | null;
  /** Output of the instruction that failed, or of all of them when the engine does not say which; oldest first. */
  readonly output: readonly string[];
}

/** Reads the engine's answer, a JSON document per line, in which BuildKit's own messages are wrapped. */
export function buildReader(): { line(text: string): void; report(): BuildReport } {
  const logs: VertexLog[] = [];
  let failedVertex: string | null = null;
  let error: string | null = null;
  return {
    line(text) {
      const message = parsed(text);
      error = message.errorDetail?.message ?? message.error ?? error;
      if (message.id !== "moby.buildkit.trace" || typeof message.aux !== "string") return;
      const status = decodeStatus(Buffer.from(message.aux, "base64"));
      failedVertex = status.failed ?? failedVertex;
      logs.push(...status.logs);
    },
    report() {
      const own = logs.filter(({ vertex }) => vertex === failedVertex);
      const text = (own.length > 0 ? own : logs).map((log) => log.text).join("");
      return { error, output: text.split(/\r?\n|\r/).filter((line) => line.trim() !== "") };
    },
  };
}

interface EngineMessage {
  readonly id?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

function parsed(text: string): EngineMessage {
  try {
    return JSON.parse(text) as EngineMessage;
  } catch {
    return {};
  }
}

interface VertexLog {
  readonly vertex: string;
  readonly text: string;
}

/**
 * The two things that matter in a `moby.buildkit.v1.StatusResponse`: which vertex failed, and what was printed. The
 * client's own decoding gives neither: it joins all output, still in base64.
 * https://github.com/moby/buildkit/blob/master/api/services/control/control.proto
 */
function decodeStatus(message: Buffer): { readonly failed: string | null; readonly logs: readonly VertexLog[] } {
  const parts = fields(message);
  const failed = parts
    .filter(({ number }) => number === 1)
    .map(({ bytes }) => fields(bytes))
    .find((vertex) => textOf(vertex, 7) !== "");
  const logs = parts.filter(({ number }) => number === 3).map(({ bytes }) => fields(bytes));
  return {
    failed: failed ? textOf(failed, 1) : null,
    logs: logs.map((log) => ({ vertex: textOf(log, 1), text: textOf(log, 4) })),
  };
}

interface Field {
  readonly number: number;
  /** Empty for numbers: none of them is needed. */
  readonly bytes: Buffer;
}

/** The fields of a protobuf message. https://protobuf.dev/programming-guides/encoding/ */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) varint();
    const length = wireType === 2 ? varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : 0;
    found.push({ number: tag >>> 3, bytes: message.subarray(at, at + length) });
    at += length;
  }
  return found;

  function varint(): number {
    let value = 0;
    for (let shift = 0; at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  }
}

function textOf(message: readonly Field[], number: number): string {
  return message.find((field) => field.number === number)?.bytes.toString("utf8") ?? "";
}
