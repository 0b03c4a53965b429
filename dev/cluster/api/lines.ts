import type { IncomingMessage } from "node:http";
import { ApiRefused } from "./errors.ts";
import { open } from "./request.ts";
import type { Transport } from "./transport.ts";

/** See `KubeApi.lines`. */
export async function followLines(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await open(transport, "GET", path, { query, signal });
  if (response.statusCode !== 200) throw new ApiRefused(response.statusCode ?? 0, await refusalOf(response));
  const tell = (line: string): unknown => signal.aborted || onLine(line);
  await eachLine(response, tell, tell);
  signal.throwIfAborted();
}

async function refusalOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += String(chunk);
  try {
    return messageOf(JSON.parse(text));
  } catch {
    return text;
  }
}

/**
 * A connection that breaks ends the lines, and nothing else: half a line is dropped, and comes again. `onRest`: what
 * comes after the last line's end where all of it came.
 */
export async function eachLine(
  response: IncomingMessage,
  onLine: (line: string) => unknown,
  onRest: (text: string) => unknown = () => undefined,
): Promise<void> {
  let rest = "";
  response.setEncoding("utf8");
  await new Promise<void>((resolve, reject) => {
    response.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      try {
        lines.forEach(onLine);
      } catch (error) {
        // A watcher's own mistake.
        response.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    response.on("end", () => rest !== "" && onRest(rest));
    response.on("error", () => resolve()).on("close", () => resolve());
  });
}

export function messageOf(body: unknown): string {
  return typeof body === "object" && body !== null && "message" in body ? String(body.message) : String(body);
}
