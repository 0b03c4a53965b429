import { oneLine } from "./evidence.ts";

/**
 * The line of a log that says why a program ended: stack traces, and the version that Node writes last, come after the
 * error itself. Of a structured record, its message. Empty where there is nothing to choose from. Pure.
 */
export function errorLine(log: string): string {
  const lines = linesOf(log);
  const strongest = STRENGTHS.map((strength) => lines.findLast((line) => strength.test(line))).find(Boolean);
  return oneLine(strongest ?? lines.findLast((line) => !NOISE.test(line)) ?? "");
}

export function linesOf(log: string): string[] {
  return log
    .split("\n")
    .map((line) => messageOf(withoutColour(line).trim()))
    .filter((line) => line !== "");
}

const LAST_LINES = 10;

/** As they were written, without colours and empty lines. */
export function lastLines(log: string): string[] {
  const lines = log.split("\n").map((line) => withoutColour(line).trimEnd());
  return lines.filter((line) => line !== "").slice(-LAST_LINES);
}

/** The first that any line matches decides: `TypeError: …` says more than `npm error code 1`. */
const STRENGTHS: readonly RegExp[] = [
  /^Caused by: /,
  /^(?:Uncaught )?(?:[\w$]+\.)*\w*(?:Error|Exception|Interrupt)\b(?: \[\w+\])?(?::|$)/,
  /^(?:panic|fatal error): /,
  /\b(?:fatal|panic|critical|emerg)\b/i,
  /\b(?:EADDRINUSE|EROFS|EACCES|ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b|Address already in use|Read-only file system/i,
  /^(?!npm )(?:.{0,40}\W)?(?:error|failed|cannot|can't)\b/i,
];

const NOISE = /^(?:at |Node\.js v|npm |File "|[\^~{}[\]();,|]+$|\.{3}|goroutine |exit status )/;

function withoutColour(line: string): string {
  // oxlint-disable-next-line no-control-regex
  return line.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, "");
}

/** Structured logs: `{"level":"error","msg":"…"}`. */
function messageOf(line: string): string {
  if (!line.startsWith("{") || !line.endsWith("}")) return line;
  try {
    const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const { err, error, exception } = record;
    const cause = [err, error, exception].map(textOf).find((text) => text !== "");
    const message = textOf(record["msg"] ?? record["message"] ?? record["event"]);
    const level = record["level"] ?? record["severity"];
    const isError = typeof level === "number" ? level >= 50 : /^(error|fatal|critical|panic)/i.test(textOf(level));
    const text = [message, cause].filter(Boolean).join(": ");
    return text === "" ? line : isError ? `error: ${text.replace(/^error: /i, "")}` : text;
  } catch {
    return line;
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const message = value !== null && typeof value === "object" ? (value as { readonly message?: unknown }).message : "";
  return typeof message === "string" ? message : "";
}
