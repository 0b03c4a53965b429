import { type Field, fields, textOf } from "./protobuf.ts";

/** What became of a build: the engine answers with HTTP 200 either way. */
export interface BuildReport {
  /** Null when it was built. */
  readonly error: string | null;
  /** Output of the instruction that failed, or of all of them when the engine does not say which; oldest first. */
  readonly output: readonly string[];
}

/** What a build is doing. */
export interface BuildProgress {
  /** As BuildKit names it: `[build 2/5] RUN npm ci`. */
  readonly vertex: string;
  /** How many instructions are done, of how many that are known by now. */
  readonly current: number;
  readonly total: number;
  /** A whole line that it printed; null when it began or ended. */
  readonly log: string | null;
}

/** Reads the engine's answer, a JSON document per line, in which BuildKit's own messages are wrapped. */
export function buildReader(onProgress: (progress: BuildProgress) => void = () => undefined): {
  line(text: string): void;
  report(): BuildReport;
} {
  const logs: VertexLog[] = [];
  const vertices = new Map<string, Vertex>();
  const unfinished = new Map<string, string>();
  let error: string | null = null;
  return { line, report };

  function line(text: string): void {
    const message = parsed(text);
    error = message.errorDetail?.message ?? message.error ?? error;
    if (message.id !== "moby.buildkit.trace" || typeof message.aux !== "string") return;
    const status = decodeStatus(Buffer.from(message.aux, "base64"));
    status.vertices.forEach(seen);
    status.logs.forEach(printed);
  }

  function seen(vertex: Vertex): void {
    const before = vertices.get(vertex.digest);
    vertices.set(vertex.digest, vertex);
    if (before?.isStarted !== vertex.isStarted || before.isCompleted !== vertex.isCompleted) tell(vertex.digest, null);
  }

  function printed(log: VertexLog): void {
    logs.push(log);
    const lines = `${unfinished.get(log.vertex) ?? ""}${log.text}`.split(/\r?\n|\r/);
    unfinished.set(log.vertex, lines.pop() ?? "");
    for (const whole of lines) tell(log.vertex, whole);
  }

  /** Fetching sources and writing the image are no instructions of anybody's Dockerfile. */
  function tell(digest: string, log: string | null): void {
    const vertex = vertices.get(digest);
    if (!vertex?.isInstruction || !(vertex.isStarted || vertex.isCompleted)) return;
    const all = [...vertices.values()].filter(({ isInstruction }) => isInstruction);
    const current = all.filter(({ isCompleted }) => isCompleted).length;
    onProgress({ vertex: vertex.name, current, total: all.length, log });
  }

  function report(): BuildReport {
    const failed = [...vertices.values()].findLast(({ hasFailed }) => hasFailed)?.digest;
    const own = logs.filter(({ vertex }) => vertex === failed);
    const text = (own.length > 0 ? own : logs).map((log) => log.text).join("");
    return { error, output: text.split(/\r?\n|\r/).filter((one) => one.trim() !== "") };
  }
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

interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly isInstruction: boolean;
  readonly isStarted: boolean;
  readonly isCompleted: boolean;
  readonly hasFailed: boolean;
}

interface VertexLog {
  readonly vertex: string;
  readonly text: string;
}

/**
 * A `moby.buildkit.v1.StatusResponse`. The client's own decoding joins all output, still in base64, and drops the rest.
 * https://github.com/moby/buildkit/blob/master/api/services/control/control.proto
 */
function decodeStatus(message: Buffer): {
  readonly vertices: readonly Vertex[];
  readonly logs: readonly VertexLog[];
} {
  const parts = fields(message);
  const inside = (number: number): (readonly Field[])[] =>
    parts.filter((part) => part.number === number).map(({ bytes }) => fields(bytes));
  return {
    vertices: inside(1).map(vertexOf),
    logs: inside(3).map((log) => ({ vertex: textOf(log, 1), text: textOf(log, 4) })),
  };
}

function vertexOf(vertex: readonly Field[]): Vertex {
  const has = (number: number): boolean => vertex.some((field) => field.number === number);
  const name = textOf(vertex, 3);
  return {
    digest: textOf(vertex, 1),
    name,
    isInstruction: /^\[(?!internal\])/.test(name),
    isStarted: has(5),
    isCompleted: has(6),
    hasFailed: textOf(vertex, 7) !== "",
  };
}
