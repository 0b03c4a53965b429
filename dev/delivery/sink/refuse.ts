import type { ServerResponse } from "node:http";

/** An error as the distribution specification words it; where the answer has begun already, the connection ends. */
export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
